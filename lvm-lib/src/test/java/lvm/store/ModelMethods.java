package lvm.store;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import lvm.autodiff.Param;
import lvm.data.Dataset;
import lvm.model.Observed;
import lvm.model.SinglePrecision;
import lvm.nn.Module;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/** What all public methods of a model give on the same arguments, bit for bit. */
public final class ModelMethods {
    private static final int ROWS = 5;
    private static final Set<String> LEFT_OUT =
            Set.of("store", "save", "getClass", "hashCode", "equals", "notify", "notifyAll", "wait", "observations");

    private final boolean seconds;

    private ModelMethods(boolean seconds) {
        this.seconds = seconds;
    }

    /** Method → digest of its result, or of its refusal. */
    public static Map<String, String> of(Object model) {
        return new ModelMethods(true).all(model);
    }

    /** The same without the times in histories: two fits never take the same. */
    public static Map<String, String> withoutSeconds(Object model) {
        return new ModelMethods(false).all(model);
    }

    private Map<String, String> all(Object model) {
        Map<String, String> all = new LinkedHashMap<>();
        Arrays.stream(model.getClass().getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isBridge())
                .filter(method -> !LEFT_OUT.contains(method.getName()))
                .sorted(Comparator.comparing(Method::toGenericString))
                .forEach(method -> {
                    String digest = call(model, method);
                    if (digest != null) {
                        all.put(method.getName() + Arrays.toString(method.getParameterTypes()), digest);
                    }
                });
        return all;
    }

    /** Tries widths of matrices until the model takes them; null if an argument can not be made. */
    private String call(Object model, Method method) {
        String refusal = null;
        int dim = model instanceof Observed<?> observed ? observed.dim() : 1;
        for (int width : new int[] {dim, number(model, "latentDim"), number(model, "components"), 1, 2, 3}) {
            for (double scale : new double[] {1, 0}) {
                Object[] arguments = new Object[method.getParameterCount()];
                for (int i = 0; i < arguments.length; i++) {
                    Class<?> type = method.getParameterTypes()[i];
                    boolean floats = type == Matrix.class && model instanceof SinglePrecision;
                    arguments[i] = argument(floats ? FMatrixRMaj.class : type, width, scale);
                    if (arguments[i] == null) {
                        return null;
                    }
                }
                try {
                    method.setAccessible(true);
                    return digest(method.invoke(model, arguments));
                } catch (InvocationTargetException e) {
                    refusal = refusal == null ? "refused: " + e.getCause() : refusal;
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return refusal;
    }

    private static int number(Object model, String method) {
        try {
            Object value = model.getClass().getMethod(method).invoke(model);
            return value instanceof Integer count ? count : 1;
        } catch (ReflectiveOperationException e) {
            return 1;
        }
    }

    /** Numbers within [0,1] that are not all alike; with the scale 0, zeros and ones. */
    private static double value(int i, double scale) {
        return scale == 0 ? i % 3 % 2 : (7 * i % 11) / 11.0;
    }

    private static Object argument(Class<?> type, int width, double scale) {
        double[] values = new double[ROWS * width];
        Arrays.setAll(values, i -> value(i, scale));
        if (type == DMatrixRMaj.class || type == Matrix.class) {
            return new DMatrixRMaj(ROWS, width, true, values);
        }
        if (type == FMatrixRMaj.class) {
            FMatrixRMaj matrix = new FMatrixRMaj(ROWS, width);
            for (int i = 0; i < values.length; i++) {
                matrix.data[i] = (float) values[i];
            }
            return matrix;
        }
        if (type == Dataset.class) {
            return Dataset.of(new DMatrixRMaj(ROWS, width, true, values));
        }
        if (type == RandomGenerator.class) {
            return new SplittableRandom(7);
        }
        if (type == int.class) {
            return scale == 0 ? 1 : 3;
        }
        if (type == double.class) {
            return .5;
        }
        if (type == boolean.class) {
            return true;
        }
        if (type == int[].class) {
            return new int[] {0, 1, 0, 1, 0};
        }
        if (type == double[].class) {
            return Arrays.copyOf(values, width);
        }
        return type.isEnum() ? type.getEnumConstants()[0] : null;
    }

    private String digest(Object result) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            add(digest, result, 0);
            return HexFormat.of().formatHex(digest.digest(), 0, 12);
        } catch (NoSuchAlgorithmException | ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private void add(MessageDigest digest, Object value, int depth) throws ReflectiveOperationException {
        if (value instanceof FMatrixRMaj m) {
            add(digest, "floats " + m.numRows + " " + m.numCols, depth);
            for (int i = 0; i < m.getNumElements(); i++) {
                add(digest, Float.floatToRawIntBits(m.data[i]), depth);
            }
        } else if (value instanceof DMatrixRMaj m) {
            add(digest, "doubles " + m.numRows + " " + m.numCols, depth);
            for (int i = 0; i < m.getNumElements(); i++) {
                add(digest, Double.doubleToRawLongBits(m.data[i]), depth);
            }
        } else if (value instanceof Double number) {
            add(digest, Double.doubleToRawLongBits(number), depth);
        } else if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                add(digest, entry.getKey(), depth + 1);
                add(digest, entry.getValue(), depth + 1);
            }
        } else if (value instanceof Collection<?> list) {
            for (Object item : list) {
                add(digest, item, depth + 1);
            }
        } else if (value != null && value.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(value); i++) {
                add(digest, Array.get(value, i), depth + 1);
            }
        } else if (value instanceof Param p) {
            add(digest, p.value(), depth + 1);
        } else if (value instanceof Module module) {
            add(digest, module.values(), depth + 1);
        } else if (value instanceof Record && depth < 4) {
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                Method accessor = component.getAccessor();
                accessor.setAccessible(true);
                add(digest, accessor.invoke(value), depth + 1);
            }
        } else if (value instanceof SavedModel model) {
            ModelData data = new ModelData();
            model.store(data);
            add(digest, model.summary().toString() + data.values(), depth + 1);
            add(digest, data.all(), depth + 1);
        } else if (value instanceof lvm.model.History history) {
            add(digest, history.stop(), depth);
            for (String name : history.names()) {
                if (name.equals("seconds") && !seconds) {
                    continue;
                }
                add(digest, List.of(name, history.column(name)), depth + 1);
            }
        } else {
            digest.update((text(value) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Objects without a text of their own are told by their class. */
    private static String text(Object value) {
        String text = String.valueOf(value);
        return text.matches(".*@[0-9a-f]+") ? value.getClass().getName().replaceAll("\\$\\$Lambda.*", "") : text;
    }
}
