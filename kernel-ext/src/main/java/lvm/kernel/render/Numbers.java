package lvm.kernel.render;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;
import org.ejml.simple.SimpleMatrix;

/**
 * A rectangle of numbers, whatever holds them, and how numbers are written.
 *
 * @param type what holds them, such as {@code DMatrixRMaj}
 * @param element what they are, such as {@code float64}
 * @param rows the number of rows
 * @param columns the number of columns; of the longest row if the rows differ
 * @param vector whether there is only one dimension, shown as one row
 * @param cells the numbers
 */
record Numbers(String type, String element, int rows, int columns, boolean vector, Cells cells) {

    /** The numbers by position. */
    interface Cells {
        /**
         * One number.
         *
         * @param i row
         * @param j column
         * @return its value, or null where a ragged row has ended
         */
        Double at(int i, int j);
    }

    static Numbers of(DMatrixRMaj m) {
        return new Numbers("DMatrixRMaj", "float64", m.numRows, m.numCols, false, m::get);
    }

    static Numbers of(FMatrixRMaj m) {
        return new Numbers("FMatrixRMaj", "float32", m.numRows, m.numCols, false, (i, j) -> (double) m.get(i, j));
    }

    static Numbers of(SimpleMatrix m) {
        Matrix inner = m.getMatrix();
        String element = inner.getType().isReal() ? "float" + inner.getType().getBits() : "complex, real part";
        return new Numbers("SimpleMatrix", element, m.getNumRows(), m.getNumCols(), false, (i, j) -> {
            return inner.getType().isReal() ? m.get(i, j) : m.getReal(i, j);
        });
    }

    static Numbers of(double[] v) {
        return new Numbers("double[]", "float64", 1, v.length, true, (i, j) -> v[j]);
    }

    static Numbers of(float[] v) {
        return new Numbers("float[]", "float32", 1, v.length, true, (i, j) -> (double) v[j]);
    }

    static Numbers of(int[] v) {
        return new Numbers("int[]", "int32", 1, v.length, true, (i, j) -> (double) v[j]);
    }

    static Numbers of(double[][] m) {
        return of("double[][]", "float64", m, (i, j) -> m[i] != null && j < m[i].length ? m[i][j] : null);
    }

    static Numbers of(float[][] m) {
        return of("float[][]", "float32", m, (i, j) -> m[i] != null && j < m[i].length ? (double) m[i][j] : null);
    }

    static Numbers of(int[][] m) {
        return of("int[][]", "int32", m, (i, j) -> m[i] != null && j < m[i].length ? (double) m[i][j] : null);
    }

    private static Numbers of(String type, String element, Object[] rows, Cells cells) {
        int columns = 0;
        for (Object row : rows) {
            columns = Math.max(columns, row == null ? 0 : java.lang.reflect.Array.getLength(row));
        }
        return new Numbers(type, element, rows.length, columns, false, cells);
    }

    /**
     * Numbers of one column, written alike: with the decimals that give the largest one the wanted digits, fewer where
     * all are round; a number that would lose its meaning that way is written with an exponent.
     *
     * @param values the numbers
     * @param digits significant digits of the largest one
     * @return one text a number
     */
    static List<String> format(double[] values, int digits) {
        double largest = 0;
        boolean whole = true;
        for (double v : values) {
            if (Double.isFinite(v)) {
                largest = Math.max(largest, Math.abs(v));
                whole &= v == Math.rint(v);
            }
        }
        List<String> texts = new ArrayList<>();
        boolean scientific = largest != 0 && (largest < 1e-4 || largest >= (whole ? 1e15 : 1e9));
        int decimals = 0;
        if (!whole && !scientific) {
            int most = Math.max(0, digits - 1 - (int) Math.floor(Math.log10(largest)));
            for (double v : values) {
                if (Double.isFinite(v)) {
                    decimals = Math.max(decimals, decimals(v, most));
                }
            }
        }
        for (double v : values) {
            if (!Double.isFinite(v)) {
                texts.add(plain(v));
            } else if (v != 0 && (scientific || !whole && lost(v, decimals))) {
                texts.add(exponent(v, digits));
            } else {
                texts.add(fixed(v, decimals));
            }
        }
        return texts;
    }

    /** Whether a number with so few decimals is off by more than a hundredth of itself, having at most one digit left. */
    private static boolean lost(double v, int decimals) {
        return Math.abs(v) < 5 * Math.pow(10, -decimals)
                && Math.abs(v - Double.parseDouble(fixed(v, decimals))) > 0.01 * Math.abs(v);
    }

    private static String fixed(double v, int decimals) {
        String text = String.format(Locale.ROOT, "%." + decimals + "f", v);
        return v == 0 && text.startsWith("-") ? text.substring(1) : text;
    }

    private static int decimals(double v, int most) {
        String text = fixed(v, most);
        int point = text.indexOf('.');
        if (point < 0) {
            return 0;
        }
        int end = text.length();
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        return end - 1 - point;
    }

    private static String exponent(double v, int digits) {
        String text = String.format(Locale.ROOT, "%." + (digits - 1) + "e", v);
        int e = text.indexOf('e');
        String mantissa = text.substring(0, e);
        if (mantissa.indexOf('.') >= 0) {
            mantissa = mantissa.replaceAll("0+$", "").replaceAll("\\.$", "");
        }
        return mantissa + text.substring(e);
    }

    private static String plain(double v) {
        return Double.isNaN(v) ? "NaN" : v > 0 ? "∞" : "-∞";
    }
}
