package lvm.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import lvm.model.ModelSummary;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * What a model is made of, on its way to a file or from one: values and matrices by name, parts that are made of such again,
 * and recipes of networks. A method that reads throws an {@link IllegalArgumentException} that names what is missing or of
 * another kind; {@link Models#load} says of which file.
 */
public final class ModelData {
    private final String prefix;
    private final JsonObject values;
    private final Map<String, Matrix> matrices;
    private final Map<String, Boolean> code;
    private final Map<String, ?> given;
    private ModelSummary summary;

    private ModelData(
            String prefix,
            JsonObject values,
            Map<String, Matrix> matrices,
            Map<String, Boolean> code,
            Map<String, ?> given,
            ModelSummary summary) {
        this.prefix = prefix;
        this.values = values;
        this.matrices = matrices;
        this.code = code;
        this.given = given;
        this.summary = summary;
    }

    /** To be filled. */
    ModelData() {
        this("", new JsonObject(), new LinkedHashMap<>(), new TreeMap<>(), Map.of(), null);
    }

    /** To be read. */
    ModelData(JsonObject values, Map<String, Matrix> matrices, Map<String, ?> given, ModelSummary summary) {
        this("", values, matrices, new TreeMap<>(), given, summary);
    }

    JsonObject values() {
        return values;
    }

    Map<String, Matrix> all() {
        return matrices;
    }

    /** The parts that are code: whether each has a recipe. */
    Map<String, Boolean> code() {
        return code;
    }

    // --- putting down

    private ModelData add(String name, JsonElement value) {
        if (values.has(name)) {
            throw new IllegalArgumentException("ModelData.put: \"" + prefix + name + "\" is there already");
        }
        values.add(name, value);
        return this;
    }

    /**
     * Puts down a number.
     *
     * @param name its name
     * @param value any number, also NaN and the infinities
     * @return this
     */
    public ModelData put(String name, double value) {
        return add(name, Store.number(value));
    }

    /**
     * Puts down a whole number.
     *
     * @param name its name
     * @param value the number
     * @return this
     */
    public ModelData put(String name, long value) {
        return add(name, new JsonPrimitive(value));
    }

    /**
     * Puts down a truth value.
     *
     * @param name its name
     * @param value the value
     * @return this
     */
    public ModelData put(String name, boolean value) {
        return add(name, new JsonPrimitive(value));
    }

    /**
     * Puts down a text.
     *
     * @param name its name
     * @param value the text
     * @return this
     */
    public ModelData put(String name, String value) {
        return add(name, new JsonPrimitive(value));
    }

    /**
     * Puts down a constant by its name.
     *
     * @param name its name
     * @param value the constant
     * @return this
     */
    public ModelData put(String name, Enum<?> value) {
        return put(name, value.name());
    }

    /**
     * Puts down texts.
     *
     * @param name their name
     * @param texts the texts
     * @return this
     */
    public ModelData put(String name, List<String> texts) {
        JsonArray items = new JsonArray();
        texts.forEach(items::add);
        return add(name, items);
    }

    /**
     * Puts down whole numbers.
     *
     * @param name their name
     * @param numbers the numbers
     * @return this
     */
    public ModelData put(String name, int[] numbers) {
        JsonArray items = new JsonArray();
        for (int number : numbers) {
            items.add(number);
        }
        return add(name, items);
    }

    /**
     * Puts down numbers, as a matrix of one row.
     *
     * @param name their name
     * @param numbers the numbers; copied
     * @return this
     */
    public ModelData put(String name, double[] numbers) {
        return put(name, new DMatrixRMaj(1, numbers.length, true, numbers.clone()));
    }

    /**
     * Puts down numbers, as a matrix of one row.
     *
     * @param name their name
     * @param numbers the numbers; copied
     * @return this
     */
    public ModelData put(String name, float[] numbers) {
        return put(name, new FMatrixRMaj(1, numbers.length, true, numbers.clone()));
    }

    /**
     * Puts down a matrix.
     *
     * @param name its name
     * @param matrix an {@code FMatrixRMaj} or a {@code DMatrixRMaj}; kept until it is written
     * @return this
     */
    public ModelData put(String name, Matrix matrix) {
        if (matrices.putIfAbsent(prefix + name, matrix) != null) {
            throw new IllegalArgumentException("ModelData.put: \"" + prefix + name + "\" is there already");
        }
        return this;
    }

    /**
     * Puts down matrices, such as the parameters and buffers of a network.
     *
     * @param name what their names get before them, with a slash
     * @param all name → matrix; kept until they are written
     * @return this
     */
    public ModelData put(String name, Map<String, ? extends Matrix> all) {
        all.forEach((key, matrix) -> put(name + "/" + key, matrix));
        return this;
    }

    /**
     * Puts down how a part is made that the user may have written as code.
     *
     * @param setter the setter of the builder that takes it, such as {@code encoder}
     * @param recipe its recipe; empty if it is code of the user's own, which can not be stored
     * @return this
     */
    public ModelData put(String setter, Optional<Recipe> recipe) {
        code.put(prefix + setter, recipe.isPresent());
        recipe.ifPresent(known -> add(setter, known.json()));
        return this;
    }

    /**
     * Puts down how a part is made that only the library makes.
     *
     * @param name its name
     * @param recipe its recipe
     * @return this
     */
    public ModelData put(String name, Recipe recipe) {
        return add(name, recipe.json());
    }

    /**
     * Puts down a part that is made of values and matrices again.
     *
     * @param name its name
     * @param part puts down what it is made of
     * @return this
     */
    public ModelData put(String name, Storable part) {
        JsonObject inner = new JsonObject();
        add(name, inner);
        part.store(new ModelData(prefix + name + "/", inner, matrices, code, given, null));
        return this;
    }

    /**
     * Puts down a model within a model, with its kind and its card, to be read by {@link #model}.
     *
     * @param name its name
     * @param model the model
     * @return this
     */
    public ModelData putModel(String name, SavedModel model) {
        JsonObject inner = new JsonObject();
        add(name, inner);
        Models.describe(model, inner);
        JsonObject own = new JsonObject();
        inner.add("values", own);
        model.store(new ModelData(prefix + name + "/", own, matrices, code, given, null));
        return this;
    }

    // --- reading

    /**
     * Whether there is a value of a name.
     *
     * @param name the name
     * @return false for matrices and for what was not put down
     */
    public boolean has(String name) {
        return values.has(name);
    }

    private <T> T value(String name, String kind, Function<JsonElement, T> as) {
        JsonElement value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("\"" + prefix + name + "\" is missing, expected " + kind);
        }
        try {
            return as.apply(value);
        } catch (IllegalStateException | NumberFormatException | UnsupportedOperationException | ClassCastException e) {
            throw new IllegalArgumentException("\"" + prefix + name + "\" is " + value + ", expected " + kind, e);
        }
    }

    /**
     * A number.
     *
     * @param name its name
     * @return the number
     */
    public double number(String name) {
        return value(name, "a number", JsonElement::getAsDouble);
    }

    /**
     * A whole number.
     *
     * @param name its name
     * @return the number
     */
    public long whole(String name) {
        return value(name, "a whole number", json -> json.getAsBigDecimal().longValueExact());
    }

    /**
     * A whole number of the size of an {@code int}.
     *
     * @param name its name
     * @return the number
     */
    public int integer(String name) {
        long value = whole(name);
        if (value != (int) value) {
            throw new IllegalArgumentException("\"" + prefix + name + "\" is " + value + ", which is too large");
        }
        return (int) value;
    }

    /**
     * A truth value.
     *
     * @param name its name
     * @return the value
     */
    public boolean flag(String name) {
        return value(name, "true or false", JsonElement::getAsBoolean);
    }

    /**
     * A text.
     *
     * @param name its name
     * @return the text
     */
    public String text(String name) {
        return value(name, "a text", JsonElement::getAsString);
    }

    /**
     * A constant.
     *
     * @param name its name
     * @param type the enum
     * @param <E> the enum
     * @return the constant
     */
    public <E extends Enum<E>> E choice(String name, Class<E> type) {
        return constant(type, text(name), "\"" + prefix + name + "\"");
    }

    static <E extends Enum<E>> E constant(Class<E> type, String text, String where) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(
                where + " is \"" + text + "\", expected one of " + Arrays.toString(type.getEnumConstants()));
    }

    /**
     * Texts.
     *
     * @param name their name
     * @return the texts
     */
    public List<String> texts(String name) {
        return value(
                name,
                "texts",
                json -> json.getAsJsonArray().asList().stream()
                        .map(JsonElement::getAsString)
                        .toList());
    }

    /**
     * Whole numbers.
     *
     * @param name their name
     * @return the numbers
     */
    public int[] integers(String name) {
        return value(
                name,
                "whole numbers",
                json -> json.getAsJsonArray().asList().stream()
                        .mapToInt(JsonElement::getAsInt)
                        .toArray());
    }

    private <T extends Matrix> T matrix(String name, Class<T> type, String kind) {
        Matrix matrix = matrices.get(prefix + name);
        if (!type.isInstance(matrix)) {
            throw new IllegalArgumentException("the matrix \"" + prefix + name + "\" is missing or not of " + kind
                    + "; there are " + matrices.keySet());
        }
        return type.cast(matrix);
    }

    /**
     * A matrix of floats.
     *
     * @param name its name
     * @return the matrix, for the model to keep
     */
    public FMatrixRMaj floats(String name) {
        return matrix(name, FMatrixRMaj.class, "floats");
    }

    /**
     * A matrix of doubles.
     *
     * @param name its name
     * @return the matrix, for the model to keep
     */
    public DMatrixRMaj doubles(String name) {
        return matrix(name, DMatrixRMaj.class, "doubles");
    }

    /**
     * Numbers in double precision that were put down as an array.
     *
     * @param name their name
     * @return the numbers
     */
    public double[] doubleArray(String name) {
        DMatrixRMaj row = doubles(name);
        return Arrays.copyOf(row.data, row.getNumElements());
    }

    /**
     * Numbers in single precision that were put down as an array.
     *
     * @param name their name
     * @return the numbers
     */
    public float[] floatArray(String name) {
        FMatrixRMaj row = floats(name);
        return Arrays.copyOf(row.data, row.getNumElements());
    }

    /**
     * Copies matrices that were put down under one name into those of a network made anew.
     *
     * @param name what their names have before them
     * @param into name → matrix, the same names and shapes. Modified
     * @throws IllegalArgumentException if one is missing, unknown or of another shape; the message names it
     */
    public void copyTo(String name, Map<String, ? extends Matrix> into) {
        String begin = prefix + name + "/";
        TreeSet<String> unknown = new TreeSet<>();
        matrices.keySet().forEach(key -> {
            if (key.startsWith(begin) && !into.containsKey(key.substring(begin.length()))) {
                unknown.add(key);
            }
        });
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "there are matrices " + unknown + " that the model does not have; it has " + into.keySet());
        }
        into.forEach((key, target) -> {
            Matrix source = matrix(name + "/" + key, target.getClass(), "the model's precision");
            if (source.getNumRows() != target.getNumRows() || source.getNumCols() != target.getNumCols()) {
                throw new IllegalArgumentException("\"" + begin + key + "\" is " + source.getNumRows() + "×"
                        + source.getNumCols() + ", expected " + target.getNumRows() + "×" + target.getNumCols());
            }
            if (target instanceof FMatrixRMaj floats) {
                floats.setTo((FMatrixRMaj) source);
            } else {
                ((DMatrixRMaj) target).setTo((DMatrixRMaj) source);
            }
        });
    }

    /**
     * A recipe.
     *
     * @param name its name
     * @return the recipe
     */
    public Recipe recipe(String name) {
        return value(name, "a recipe", Recipe::of);
    }

    /**
     * A part that the user may have written as code: what was handed to {@link Models#load(java.nio.file.Path, Map)}, or
     * else made from its recipe.
     *
     * @param setter as it was put down
     * @param type its type
     * @param make makes it from a recipe
     * @param <T> its type
     * @return the part
     */
    public <T> T code(String setter, Class<T> type, Function<Recipe, T> make) {
        Object own = given.get(prefix + setter);
        if (own != null) {
            if (!type.isInstance(own)) {
                throw new IllegalArgumentException("the part \"" + prefix + setter + "\" that was handed in is a "
                        + own.getClass().getSimpleName() + ", expected a " + type.getSimpleName());
            }
            return type.cast(own);
        }
        if (!values.has(setter)) {
            throw new IllegalArgumentException("the part \"" + prefix + setter
                    + "\" was code of its author's own, which a file does not hold; hand it in:"
                    + " Models.load(file, Map.of(\"" + prefix + setter + "\", …))");
        }
        return make.apply(recipe(setter));
    }

    /**
     * A part that is made of values and matrices again.
     *
     * @param name its name
     * @return what it is made of
     */
    public ModelData part(String name) {
        return new ModelData(
                prefix + name + "/", value(name, "a part", JsonElement::getAsJsonObject), matrices, code, given, null);
    }

    /**
     * A model within a model.
     *
     * @param name its name
     * @param type what it must be
     * @param <M> its type
     * @return the model
     */
    public <M> M model(String name, Class<M> type) {
        JsonObject inner = value(name, "a model", JsonElement::getAsJsonObject);
        return Models.read(
                inner, type, (own, card) -> new ModelData(prefix + name + "/", own, matrices, code, given, card));
    }

    /**
     * The card of the model, as it was when it was saved.
     *
     * @return the summary
     */
    public ModelSummary summary() {
        if (summary == null) {
            throw new IllegalArgumentException("\"" + prefix + "\" has no card");
        }
        return summary;
    }
}
