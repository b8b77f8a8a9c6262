package lvm.results;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lvm.evaluation.Estimate;
import lvm.evaluation.Interval;

/**
 * A measured or published number with all that is needed to read it.
 *
 * @param system what was evaluated, such as {@code VAE, 50 latents}
 * @param quantity what was measured, such as {@code log-likelihood}
 * @param value the number
 * @param unit its unit, such as {@code nats per image}
 * @param protocol how it came about
 * @param standardError its standard error; NaN if it is not known
 * @param interval a confidence interval; null if there is none
 * @param seed the seed of the run; null if it is not known
 * @param seconds how long the run took; NaN if it is not known
 * @param machine where it ran; empty if it is not known
 * @param weights the model in a file; null if it was not kept
 */
public record Result(
        String system,
        String quantity,
        double value,
        String unit,
        Protocol protocol,
        double standardError,
        Interval interval,
        Long seed,
        double seconds,
        String machine,
        Weights weights) {

    /**
     * Checks that what every result has is there.
     *
     * @param system what was evaluated
     * @param quantity what was measured
     * @param value the number
     * @param unit its unit
     * @param protocol how it came about
     * @param standardError its standard error or NaN
     * @param interval a confidence interval or null
     * @param seed the seed or null
     * @param seconds the duration or NaN
     * @param machine the machine or an empty text
     * @param weights the model in a file or null
     * @throws IllegalArgumentException if system, quantity or unit is empty, the value is not finite, or the standard error
     *     or the seconds are negative
     */
    public Result {
        requireText("system", system);
        requireText("quantity", quantity);
        requireText("unit", unit);
        Objects.requireNonNull(protocol, "Result: protocol");
        Objects.requireNonNull(machine, "Result: machine");
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("Result: value is " + value + ", expected a finite number");
        }
        if (standardError < 0 || seconds < 0) {
            throw new IllegalArgumentException("Result: standardError is " + standardError + " and seconds is "
                    + seconds + ", expected no negative number");
        }
    }

    private static void requireText(String name, String text) {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException("Result: " + name + " is missing");
        }
    }

    /**
     * What a key of {@link Results} is for this result.
     *
     * @param key such as {@code system} or {@code labels}
     * @return its text; empty if there is no such word with a number
     */
    public String text(String key) {
        String[] name = system.split(", ", 2);
        return switch (key) {
            case "system" -> name[0];
            case "settings" -> name.length > 1 ? name[1] : "";
            case "quantity" -> quantity;
            case "unit" -> unit;
            case "data" -> protocol.data().split(", ", 2)[0];
            case "split" -> protocol.split();
            case "binarization" -> protocol.binarization();
            case "kind" -> protocol.kind().name();
            case "draws" -> String.valueOf(protocol.draws());
            default -> beside(key, protocol.data() + "; " + system + "; " + quantity);
        };
    }

    /** The number that stands beside a word. */
    private static String beside(String word, String texts) {
        String number = "((?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?)";
        String quoted = "\\b" + Pattern.quote(word) + "\\b";
        Matcher found = Pattern.compile(number + " " + quoted + "|" + quoted + " = " + number)
                .matcher(texts);
        if (!found.find()) {
            return "";
        }
        return (found.group(1) != null ? found.group(1) : found.group(2)).replace(",", "");
    }

    /**
     * The number of a key of {@link Results} for this result.
     *
     * @param key such as {@code labels}
     * @return the number
     * @throws IllegalArgumentException if it is none; the message has the result
     */
    public double number(String key) {
        try {
            return Double.parseDouble(text(key));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "Result.number: no number of " + key + " in " + system + "; " + quantity + "; " + protocol.data(),
                    e);
        }
    }

    /**
     * A result of a run on this machine.
     *
     * @param system what was evaluated
     * @param quantity what was measured
     * @param estimate the number and its standard error
     * @param unit its unit
     * @param protocol how it came about
     * @param seed the seed of the run
     * @param seconds how long it took
     * @return the result, with the processor, the system and the Java of this machine
     */
    public static Result of(
            String system,
            String quantity,
            Estimate estimate,
            String unit,
            Protocol protocol,
            long seed,
            double seconds) {
        String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, JDK "
                + System.getProperty("java.version");
        return new Result(
                system,
                quantity,
                estimate.value(),
                unit,
                protocol,
                estimate.standardError(),
                null,
                seed,
                seconds,
                machine,
                null);
    }

    /**
     * The same result with a confidence interval.
     *
     * @param range the interval, in the unit of the value
     * @return a result that has it
     */
    public Result with(Interval range) {
        return new Result(
                system, quantity, value, unit, protocol, standardError, range, seed, seconds, machine, weights);
    }

    /**
     * The same result with its model in a file.
     *
     * @param kept the file and what it is worth
     * @return a result that has it
     */
    public Result with(Weights kept) {
        return new Result(
                system, quantity, value, unit, protocol, standardError, interval, seed, seconds, machine, kept);
    }

    /**
     * The difference to another result of the same quantity, unit and protocol.
     *
     * @param other the other one
     * @return this value minus the other, with the standard error √(s₁² + s₂²) of independent results, NaN if one is not known
     * @throws IllegalArgumentException if quantity, unit or a field of the protocol differs or is not stated; the message
     *     says which
     */
    public Estimate compare(Result other) {
        List<String> unlike = new ArrayList<>();
        differ(unlike, "quantity", quantity, other.quantity);
        differ(unlike, "unit", unit, other.unit);
        differ(unlike, "data", protocol.data(), other.protocol.data());
        differ(unlike, "split", protocol.split(), other.protocol.split());
        differ(unlike, "binarization", protocol.binarization(), other.protocol.binarization());
        differ(unlike, "kind", protocol.kind(), other.protocol.kind());
        differ(unlike, "draws", protocol.draws(), other.protocol.draws());
        if (!unlike.isEmpty()) {
            throw new IllegalArgumentException("Result.compare: \"" + system + "\" and \"" + other.system
                    + "\" can not be compared: " + String.join("; ", unlike));
        }
        return new Estimate(value - other.value, Math.hypot(standardError, other.standardError));
    }

    private static void differ(List<String> unlike, String field, Object mine, Object others) {
        if (!mine.equals(others)) {
            unlike.add(field + " is " + mine + " here and " + others + " there");
        } else if (mine.equals(Protocol.NOT_STATED) || mine == Protocol.Kind.NOT_STATED) {
            unlike.add(field + " is not stated");
        }
    }

    /** {@return the result as JSON, an object on one line; what is not known is left out} */
    public String toJson() {
        return json().toString();
    }

    JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("system", system);
        json.addProperty("quantity", quantity);
        json.addProperty("value", value);
        json.addProperty("unit", unit);
        JsonObject how = new JsonObject();
        how.addProperty("data", protocol.data());
        how.addProperty("split", protocol.split());
        how.addProperty("binarization", protocol.binarization());
        how.addProperty("kind", protocol.kind().name());
        how.addProperty("draws", protocol.draws());
        json.add("protocol", how);
        if (!Double.isNaN(standardError)) {
            json.addProperty("standardError", standardError);
        }
        if (interval != null) {
            JsonObject range = new JsonObject();
            range.addProperty("low", interval.low());
            range.addProperty("high", interval.high());
            range.addProperty("level", interval.level());
            json.add("interval", range);
        }
        if (seed != null) {
            json.addProperty("seed", seed);
        }
        if (!Double.isNaN(seconds)) {
            json.addProperty("seconds", seconds);
        }
        if (!machine.isEmpty()) {
            json.addProperty("machine", machine);
        }
        if (weights != null) {
            json.add("weights", weights.json());
        }
        return json;
    }

    /**
     * Reads a result.
     *
     * @param json what {@link #toJson} wrote
     * @return the result
     * @throws IllegalArgumentException if it is no such JSON; the message says what is wrong
     */
    public static Result fromJson(String json) {
        try {
            return from(JsonParser.parseString(json).getAsJsonObject());
        } catch (JsonParseException | IllegalStateException e) {
            throw new IllegalArgumentException("Result.fromJson: no JSON object: " + e.getMessage(), e);
        }
    }

    static Result from(JsonObject json) {
        try {
            JsonObject how = json.getAsJsonObject("protocol");
            if (how == null) {
                throw new IllegalArgumentException("Result.fromJson: protocol is missing");
            }
            JsonObject range = json.getAsJsonObject("interval");
            JsonObject kept = json.getAsJsonObject("weights");
            return new Result(
                    text(json, "system"),
                    text(json, "quantity"),
                    required(json, "value").getAsDouble(),
                    text(json, "unit"),
                    new Protocol(
                            text(how, "data"),
                            text(how, "split"),
                            text(how, "binarization"),
                            Protocol.Kind.valueOf(text(how, "kind")),
                            required(how, "draws").getAsLong()),
                    number(json, "standardError"),
                    range == null
                            ? null
                            : new Interval(
                                    required(range, "low").getAsDouble(),
                                    required(range, "high").getAsDouble(),
                                    required(range, "level").getAsDouble()),
                    json.has("seed") ? json.get("seed").getAsLong() : null,
                    number(json, "seconds"),
                    json.has("machine") ? text(json, "machine") : "",
                    kept == null
                            ? null
                            : new Weights(
                                    text(kept, "file"),
                                    text(kept, "sha256"),
                                    required(kept, "whole").getAsDouble(),
                                    required(kept, "half").getAsDouble()));
        } catch (ClassCastException | UnsupportedOperationException | IllegalStateException e) {
            throw new IllegalArgumentException("Result.fromJson: a field has the wrong type: " + e.getMessage(), e);
        }
    }

    private static JsonElement required(JsonObject json, String name) {
        JsonElement element = json.get(name);
        if (element == null || element.isJsonNull()) {
            throw new IllegalArgumentException("Result.fromJson: " + name + " is missing");
        }
        return element;
    }

    private static String text(JsonObject json, String name) {
        return required(json, name).getAsString();
    }

    private static double number(JsonObject json, String name) {
        return json.has(name) ? json.get(name).getAsDouble() : Double.NaN;
    }
}
