package lvm.plot;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.text.Normalizer;
import java.util.Map;
import java.util.function.DoubleFunction;

/** Text on plots: letters that the font has, numbers that are short. */
final class Labels {
    private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

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
        int spanPlace = place(hi - lo);
        int exponent = largest > 0 ? place(largest) : 0;
        // A large number that needs many digits is read more easily without a power.
        boolean power = exponent < -3 || exponent >= 6 && (exponent >= 12 || exponent - spanPlace < 3);
        if (power) {
            int decimals = Math.min(12, Math.max(0, exponent - spanPlace + 2));
            return value -> times(shortest(timesTen(value + offset, -exponent), decimals), exponent);
        }
        int decimals = Math.min(12, Math.max(0, 2 - spanPlace));
        return value -> shortest(value + offset, decimals);
    }

    /**
     * How to write the ticks of an axis whose numbers are so many times ten to a power.
     *
     * @param offset added to a tick's place to get the number before the power
     */
    static DoubleFunction<String> times(double lo, double hi, int exponent, double offset) {
        int decimals = Math.min(12, Math.max(0, 2 - place(hi - lo)));
        return value -> times(shortest(value + offset, decimals), exponent);
    }

    private static String times(String mantissa, int exponent) {
        return mantissa.equals("0") ? "0" : mantissa + "×10" + superscript(exponent);
    }

    /**
     * How to write the ticks of an axis of decimal logarithms.
     *
     * @param decades how many of them are shown
     */
    static DoubleFunction<String> powers(double decades) {
        int decimals = decades > 0.5 ? 1 : 3;
        return value -> {
            int exponent = (int) Math.floor(value + 1e-9);
            String mantissa = shortest(Math.pow(10, value - exponent), decimals);
            return (mantissa.equals("1") ? "" : mantissa + "×") + "10" + superscript(exponent);
        };
    }

    /** The exponent of the power of ten at or below a positive number, also of the smallest ones. */
    static int place(double value) {
        int place = (int) Math.floor(Math.log10(value));
        return timesTen(value, -place) >= 10 ? place + 1 : place;
    }

    /** A number times a power of ten that may itself be no double. */
    static double timesTen(double value, int exponent) {
        if (Math.abs(exponent) <= 290) {
            // Dividing by an exact power is more exact than multiplying with a rounded one.
            return exponent >= 0 ? value * Math.pow(10, exponent) : value / Math.pow(10, -exponent);
        }
        int half = exponent / 2;
        return timesTen(timesTen(value, half), exponent - half);
    }

    /** A number with all of its digits. */
    static String exact(double value) {
        int exponent = value == 0 ? 0 : place(Math.abs(value));
        if (exponent >= -3 && exponent < 15) {
            return plain(java.math.BigDecimal.valueOf(value));
        }
        return times(plain(java.math.BigDecimal.valueOf(value).scaleByPowerOfTen(-exponent)), exponent);
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
        return plain(rounded);
    }

    private static String plain(java.math.BigDecimal number) {
        return number.stripTrailingZeros().toPlainString().replace('-', '−');
    }

    /** A number with so many significant digits. */
    static String significant(double value, int digits) {
        if (value == 0) {
            return "0";
        }
        int place = place(Math.abs(value));
        if (place >= 6 || place < -3) {
            String mantissa = shortest(timesTen(value, -place), digits - 1);
            // 9.96 with two digits is 10.
            boolean ten = mantissa.equals("10") || mantissa.equals("−10");
            return times(ten ? mantissa.substring(0, mantissa.length() - 1) : mantissa, ten ? place + 1 : place);
        }
        return shortest(value, Math.max(0, digits - 1 - place));
    }

    /** exp(x) with so many significant digits, also where it is no double. */
    static String exponential(double x, int digits) {
        double decades = x / Math.log(10);
        if (Math.abs(decades) < 290) {
            return significant(Math.exp(x), digits);
        }
        int exponent = (int) Math.floor(decades);
        String mantissa = shortest(Math.pow(10, decades - exponent), digits - 1);
        return mantissa.equals("10") ? times("1", exponent + 1) : times(mantissa, exponent);
    }

    /** How many significant digits tell numbers apart that are so far from each other. */
    static int digits(double largest, double step) {
        return step > 0 && largest > 0 ? (int) Math.max(2, Math.min(16, Math.ceil(Math.log10(largest / step)) + 1)) : 2;
    }

    /** The text, or its beginning and "…" where it is wider than there is room. */
    static String fitting(String text, Font font, double room) {
        if (width(text, font) <= room) {
            return text;
        }
        int end = text.length();
        while (end > 0 && width(text.substring(0, end) + "…", font) > room) {
            end = text.offsetByCodePoints(end, -1);
        }
        return text.substring(0, end).stripTrailing() + "…";
    }

    /** The text, or its beginning and its end, where names often differ, with "…" between them. */
    static String fittingBothEnds(String text, Font font, double room) {
        int length = text.codePointCount(0, text.length());
        String shown = text;
        for (int kept = length - 1; kept > 0 && width(shown, font) > room; kept--) {
            int tail = kept / 2;
            shown = text.substring(0, text.offsetByCodePoints(0, kept - tail)).stripTrailing() + "…"
                    + text.substring(text.offsetByCodePoints(text.length(), -tail))
                            .stripLeading();
        }
        return shown;
    }

    static double width(String text, Font font) {
        return font.getStringBounds(text, CONTEXT).getWidth();
    }

    static String superscript(int exponent) {
        StringBuilder out = new StringBuilder();
        for (char c : Integer.toString(exponent).toCharArray()) {
            out.append(c == '-' ? '⁻' : SUPERSCRIPTS.charAt(c - '0'));
        }
        return out.toString();
    }
}
