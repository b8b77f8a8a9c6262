package lvm.plot;

import java.awt.Font;
import java.text.Normalizer;
import java.util.Map;
import java.util.function.DoubleFunction;

/** Text on plots: letters that the font has, numbers that are short. */
final class Labels {
    private Labels() {}

    /** Script capitals that stood in Unicode before the mathematical alphabets did; DejaVu Sans has them. */
    private static final Map<Character, String> OLD_SCRIPT =
            Map.of('B', "ℬ", 'E', "ℰ", 'F', "ℱ", 'H', "ℋ", 'I', "ℐ", 'L', "ℒ", 'M', "ℳ", 'R', "ℛ");

    private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /** The text with every letter that the font lacks replaced by one that it has, where there is one. */
    static String displayable(String text, Font font) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (font.canDisplay(c)) {
                out.appendCodePoint(c);
                return;
            }
            String letter = new String(Character.toChars(c));
            String plain = Normalizer.normalize(letter, Normalizer.Form.NFKC);
            boolean script = c >= 0x1D49C && c <= 0x1D503;
            String old = script && plain.length() == 1 ? OLD_SCRIPT.get(plain.charAt(0)) : null;
            if (old != null && font.canDisplay(old.charAt(0))) {
                out.append(old);
            } else {
                out.append(plain);
            }
        });
        return out.toString();
    }

    static String displayable(String text) {
        return displayable(text, PlotTheme.font(PlotTheme.SMALLEST_FONT));
    }

    /**
     * How to write the ticks of an axis.
     *
     * @param offset added to a tick's place to get the number it stands for
     */
    static DoubleFunction<String> linear(double lo, double hi, double offset) {
        double largest = Math.max(Math.abs(lo + offset), Math.abs(hi + offset));
        int spanPlace = (int) Math.floor(Math.log10(hi - lo));
        if (largest >= 1e6 || largest < 1e-3) {
            int exponent = (int) Math.floor(Math.log10(largest));
            int decimals = Math.min(12, Math.max(0, exponent - spanPlace + 2));
            return value -> {
                String mantissa = shortest((value + offset) / Math.pow(10, exponent), decimals);
                return mantissa.equals("0") ? "0" : mantissa + "×10" + superscript(exponent);
            };
        }
        int decimals = Math.min(12, Math.max(0, 2 - spanPlace));
        return value -> shortest(value + offset, decimals);
    }

    /** How to write the ticks of a logarithmic axis: decades, and 2 and 5 where there are few decades. */
    static DoubleFunction<String> logarithmic(double lo, double hi) {
        double decades = Math.log10(hi / lo);
        int every = (int) Math.max(1, Math.ceil(decades / 8));
        return value -> {
            int exponent = (int) Math.floor(Math.log10(value) + 1e-9);
            long digit = Math.round(value / Math.pow(10, exponent));
            if (decades < 1 || (decades < 2.2 && (digit == 2 || digit == 5)) || digit == 1) {
                if (digit == 1 && Math.floorMod(exponent, every) != 0) {
                    return " ";
                }
                if (exponent >= -3 && exponent <= 4) {
                    return shortest(value, Math.max(0, 1 - exponent));
                }
                return (digit == 1 ? "" : digit + "×") + "10" + superscript(exponent);
            }
            return " ";
        };
    }

    /** Where the grid lines of a logarithmic axis stand: decades, and what lies between where there are few. */
    static double[] logGrid(double lo, double hi) {
        double decades = Math.log10(hi / lo);
        int every = (int) Math.max(1, Math.ceil(decades / 16));
        int[] digits = decades < 1
                ? new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9}
                : decades < 2.2 ? new int[] {1, 2, 5} : new int[] {1};
        java.util.List<Double> at = new java.util.ArrayList<>();
        for (int exponent = (int) Math.floor(Math.log10(lo)); exponent <= Math.log10(hi); exponent++) {
            for (int digit : digits) {
                double value = digit * Math.pow(10, exponent);
                if (value >= lo && value <= hi && (digit > 1 || Math.floorMod(exponent, every) == 0)) {
                    at.add(value);
                }
            }
        }
        return at.stream().mapToDouble(v -> v).toArray();
    }

    /** A number with at most so many decimals and no needless zeros, with a true minus sign. */
    static String shortest(double value, int decimals) {
        java.math.BigDecimal rounded =
                java.math.BigDecimal.valueOf(value).setScale(decimals, java.math.RoundingMode.HALF_EVEN);
        if (rounded.signum() == 0) {
            return "0";
        }
        return rounded.stripTrailingZeros().toPlainString().replace('-', '−');
    }

    /** A number with so many significant digits. */
    static String significant(double value, int digits) {
        if (value == 0) {
            return "0";
        }
        int place = (int) Math.floor(Math.log10(Math.abs(value)));
        if (place >= 6 || place < -3) {
            return shortest(value / Math.pow(10, place), digits - 1) + "×10" + superscript(place);
        }
        return shortest(value, Math.max(0, digits - 1 - place));
    }

    static String superscript(int exponent) {
        StringBuilder out = new StringBuilder();
        for (char c : Integer.toString(exponent).toCharArray()) {
            out.append(c == '-' ? '⁻' : SUPERSCRIPTS.charAt(c - '0'));
        }
        return out.toString();
    }
}
