package lvm.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;

/**
 * How a part of a model is made that the library offers by name: a network, the architecture of a flow, an expansion. A
 * model's file keeps recipes and no code; whoever offers the part makes it again from its recipe.
 *
 * @param name the name, such as {@code mlp}
 * @param arguments in the order of the method that makes it: texts, whole numbers (as {@code Long}), other numbers (as
 *     {@code Double}), truth values, recipes, and lists of these
 */
public record Recipe(String name, List<Object> arguments) {

    /**
     * Copies the arguments.
     *
     * @param name the name
     * @param arguments the arguments
     * @throws IllegalArgumentException if one is of another kind
     */
    public Recipe {
        List<Object> copies = new ArrayList<>();
        arguments.forEach(argument -> copies.add(normal(argument)));
        arguments = List.copyOf(copies);
    }

    /**
     * A recipe of these arguments.
     *
     * @param name the name
     * @param arguments as in {@link #arguments}; enums become their names, {@code int} a {@code Long}, {@code int[]} a list
     * @return the recipe
     * @throws IllegalArgumentException if an argument is of another kind
     */
    public static Recipe of(String name, Object... arguments) {
        return new Recipe(name, List.of(arguments));
    }

    private static Object normal(Object argument) {
        if (argument instanceof String
                || argument instanceof Long
                || argument instanceof Double
                || argument instanceof Boolean
                || argument instanceof Recipe) {
            return argument;
        }
        if (argument instanceof Integer whole) {
            return whole.longValue();
        }
        if (argument instanceof Float number) {
            return number.doubleValue();
        }
        if (argument instanceof Enum<?> constant) {
            return constant.name();
        }
        List<Object> items = new ArrayList<>();
        if (argument instanceof int[] wholes) {
            for (int whole : wholes) {
                items.add((long) whole);
            }
        } else if (argument instanceof double[] numbers) {
            for (double number : numbers) {
                items.add(number);
            }
        } else if (argument instanceof List<?> list) {
            list.forEach(item -> items.add(normal(item)));
        } else {
            throw new IllegalArgumentException("Recipe: an argument is a "
                    + argument.getClass().getSimpleName() + ", expected texts, numbers, recipes or lists of them");
        }
        return List.copyOf(items);
    }

    /**
     * An argument that is a text.
     *
     * @param i its place, from 0
     * @return the text
     * @throws IllegalArgumentException if there is none there
     */
    public String text(int i) {
        return argument(i, String.class);
    }

    /**
     * An argument that is a whole number.
     *
     * @param i its place, from 0
     * @return the number
     * @throws IllegalArgumentException if there is none there, or it is too large
     */
    public int integer(int i) {
        return exact(argument(i, Long.class));
    }

    /**
     * An argument that is a number.
     *
     * @param i its place, from 0
     * @return the number
     * @throws IllegalArgumentException if there is none there
     */
    public double number(int i) {
        return argument(i, Double.class);
    }

    /**
     * An argument that is a truth value.
     *
     * @param i its place, from 0
     * @return the value
     * @throws IllegalArgumentException if there is none there
     */
    public boolean flag(int i) {
        return argument(i, Boolean.class);
    }

    /**
     * An argument that is the name of a constant.
     *
     * @param i its place, from 0
     * @param type the enum
     * @param <E> the enum
     * @return the constant
     * @throws IllegalArgumentException if there is no text there, or no constant of that name
     */
    public <E extends Enum<E>> E choice(int i, Class<E> type) {
        return ModelData.constant(type, text(i), "Recipe " + name);
    }

    /**
     * An argument that is a recipe.
     *
     * @param i its place, from 0
     * @return the recipe
     * @throws IllegalArgumentException if there is none there
     */
    public Recipe recipe(int i) {
        return argument(i, Recipe.class);
    }

    /**
     * An argument that is a list of whole numbers.
     *
     * @param i its place, from 0
     * @return the numbers
     * @throws IllegalArgumentException if there is none there
     */
    public int[] integers(int i) {
        List<?> items = argument(i, List.class);
        int[] values = new int[items.size()];
        for (int k = 0; k < values.length; k++) {
            if (!(items.get(k) instanceof Long whole)) {
                throw new IllegalArgumentException(
                        "Recipe " + name + ": argument " + i + " is no list of whole numbers");
            }
            values[k] = exact(whole);
        }
        return values;
    }

    private int exact(long whole) {
        if (whole != (int) whole) {
            throw new IllegalArgumentException("Recipe " + name + ": " + whole + " is too large");
        }
        return (int) whole;
    }

    private <T> T argument(int i, Class<T> type) {
        if (i >= arguments.size() || !type.isInstance(arguments.get(i))) {
            throw new IllegalArgumentException("Recipe " + name + ": argument " + i + " of " + arguments
                    + " is missing or no " + type.getSimpleName());
        }
        return type.cast(arguments.get(i));
    }

    JsonElement json() {
        JsonObject object = new JsonObject();
        object.addProperty("recipe", name);
        object.add("arguments", json(arguments));
        return object;
    }

    private static JsonElement json(Object argument) {
        if (argument instanceof Recipe recipe) {
            return recipe.json();
        }
        if (argument instanceof List<?> list) {
            JsonArray items = new JsonArray();
            list.forEach(item -> items.add(json(item)));
            return items;
        }
        if (argument instanceof String text) {
            return new JsonPrimitive(text);
        }
        if (argument instanceof Boolean flag) {
            return new JsonPrimitive(flag);
        }
        if (argument instanceof Long whole) {
            return new JsonPrimitive(whole);
        }
        // A number keeps its kind: a whole one without a point would be read as a Long.
        JsonObject number = new JsonObject();
        number.add("number", Store.number((Double) argument));
        return number;
    }

    static Recipe of(JsonElement json) {
        JsonObject object = json.getAsJsonObject();
        List<Object> arguments = new ArrayList<>();
        object.getAsJsonArray("arguments").forEach(item -> arguments.add(argument(item)));
        return new Recipe(object.get("recipe").getAsString(), arguments);
    }

    private static Object argument(JsonElement json) {
        if (json.isJsonArray()) {
            List<Object> items = new ArrayList<>();
            json.getAsJsonArray().forEach(item -> items.add(argument(item)));
            return items;
        }
        if (json.isJsonObject()) {
            JsonElement number = json.getAsJsonObject().get("number");
            return number == null ? of(json) : (Object) number.getAsDouble();
        }
        JsonPrimitive value = json.getAsJsonPrimitive();
        return value.isBoolean()
                ? (Object) value.getAsBoolean()
                : value.isString() ? value.getAsString() : value.getAsLong();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(name).append('(');
        for (int i = 0; i < arguments.size(); i++) {
            text.append(i == 0 ? "" : ", ").append(arguments.get(i));
        }
        return text.append(')').toString();
    }
}
