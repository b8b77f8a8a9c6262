package lvm.reproduce;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lvm.evaluation.Estimate;
import lvm.results.References.Reference;
import lvm.results.Result;

/**
 * The results of experiments in a directory: NAME.json for each, one record a line, and a table of all of them in README.md,
 * between two marks; what else stands there is kept.
 */
final class Records {
    private static final String BEGIN = "<!-- ./lvm reproduce writes from here -->";
    private static final String END = "<!-- to here -->";
    private static final int DIGITS = 9;

    /** A result and the day of its run. */
    record Dated(Result result, String date) {}

    private final Path directory;
    private final Path lockFile;
    private final List<Reference> published;

    Records(Path directory, Path lockFile, List<Reference> published) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.published = published;
    }

    Path directory() {
        return directory;
    }

    Path file(String name) {
        return directory.resolve(name + ".json");
    }

    /** Puts the results of a run in the place of earlier ones of the same seed, and writes the table anew. */
    void add(String name, long seed, List<Result> results, String date, List<String> names) throws IOException {
        Files.createDirectories(directory);
        Files.createDirectories(lockFile.getParent());
        try (RandomAccessFile file = new RandomAccessFile(lockFile.toFile(), "rw")) {
            file.getChannel().lock(); // until the file is closed
            List<Dated> all = new ArrayList<>(read(name));
            all.removeIf(
                    dated -> dated.result().seed() != null && dated.result().seed() == seed);
            results.forEach(result -> all.add(new Dated(result, date)));
            write(file(name), json(all));
            List<String> rows = new ArrayList<>();
            for (String each : names) {
                for (Dated dated : read(each)) {
                    rows.add(row(each, dated));
                }
            }
            Path readme = directory.resolve("README.md");
            write(readme, around(Files.exists(readme) ? Files.readString(readme) : "", table(rows)));
        }
    }

    /** The results of an experiment; none if it was never run. */
    List<Dated> read(String name) throws IOException {
        Path file = file(name);
        List<Dated> all = new ArrayList<>();
        if (!Files.exists(file)) {
            return all;
        }
        try {
            for (JsonElement element :
                    JsonParser.parseString(Files.readString(file)).getAsJsonArray()) {
                String date = element.getAsJsonObject().get("date").getAsString();
                all.add(new Dated(Result.fromJson(element.toString()), date));
            }
        } catch (JsonParseException | IllegalStateException | IllegalArgumentException | NullPointerException e) {
            throw new IOException(file + ": it is no list of results: " + e.getMessage(), e);
        }
        return all;
    }

    private static String json(List<Dated> all) {
        List<String> lines = new ArrayList<>();
        for (Dated dated : all) {
            JsonObject json = JsonParser.parseString(dated.result().toJson()).getAsJsonObject();
            json.addProperty("date", dated.date());
            lines.add("  " + json);
        }
        return "[\n" + String.join(",\n", lines) + "\n]\n";
    }

    private static String around(String text, String table) {
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        String part = BEGIN + "\n\n" + table + "\n" + END + "\n";
        if (begin < 0 || end < begin) {
            return (text.isEmpty() ? "# Results\n\n" : text + "\n") + part;
        }
        return text.substring(0, begin)
                + part
                + text.substring(end + END.length()).replaceFirst("^\n", "");
    }

    private static String table(List<String> rows) {
        return "`./lvm reproduce NAME` runs an experiment again. A published number stands beside a result only where the\n"
                + "protocols agree in data, rows, binarisation, kind and draws.\n\n"
                + "| experiment | system | quantity | value | published | data, rows | seed | time | date | machine |\n"
                + "|---|---|---|---|---|---|---|---|---|---|\n"
                + String.join("\n", rows)
                + "\n";
    }

    private String row(String name, Dated dated) {
        Result r = dated.result();
        String value = number(r.value(), r.standardError()) + (r.unit().equals("1") ? "" : " " + r.unit());
        if (r.interval() != null) {
            value += "; " + r.interval();
        } else if (r.standardError() > 0) {
            value += " ± " + number(r.standardError(), r.standardError());
        }
        if (r.protocol().draws() > 0) {
            value += "; " + r.protocol().draws() + " draws";
        }
        String kind = r.protocol().kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        List<String> cells = List.of(
                "`" + name + "`",
                r.system(),
                r.quantity() + " (" + kind + ")",
                value,
                published(r),
                r.protocol().data() + ", " + r.protocol().split()
                        + (r.protocol().binarization().equals("none")
                                ? ""
                                : ", " + r.protocol().binarization() + " binarisation"),
                r.seed() == null ? "" : r.seed().toString(),
                Double.isNaN(r.seconds()) ? "" : number(r.seconds(), r.seconds()) + " s",
                dated.date(),
                r.machine());
        return "| " + String.join(" | ", cells.stream().map(Records::cell).toList()) + " |";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }

    /** The published numbers of the same quantity and protocol, each with the difference. */
    private String published(Result mine) {
        List<String> alike = new ArrayList<>();
        for (Reference reference : published) {
            if (!reference.isSourced()) {
                continue; // nobody can look it up
            }
            Estimate difference;
            try {
                difference = mine.compare(reference.result());
            } catch (IllegalArgumentException e) {
                continue; // of another quantity or protocol: not to be held beside it
            }
            double theirs = reference.result().value();
            alike.add(reference.result().system() + ": "
                    + number(theirs, reference.result().standardError())
                    + ", here " + (difference.value() < 0 ? "" : "+") + number(difference.value(), difference.value())
                    + " (" + reference.status() + ": " + reference.source() + ")");
        }
        return String.join("; ", alike);
    }

    /** A number with two digits of its error, or with nine digits if that is not known. */
    static String number(double value, double error) {
        BigDecimal exact = new BigDecimal(value);
        if (value == 0) {
            return "0";
        }
        BigDecimal rounded;
        if (error != 0 && Double.isFinite(error)) {
            rounded = exact.setScale(1 - (int) Math.floor(Math.log10(Math.abs(error))), RoundingMode.HALF_EVEN);
        } else {
            rounded = exact.round(new MathContext(DIGITS)).stripTrailingZeros();
        }
        return Math.abs(value) < 1e-4 ? rounded.toString() : rounded.toPlainString();
    }

    private static void write(Path file, String text) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.writeString(temporary, text);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
