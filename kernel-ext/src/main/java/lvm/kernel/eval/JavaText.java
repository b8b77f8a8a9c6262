package lvm.kernel.eval;

/** The little that is needed of Java's lexical grammar: what of a text is code. */
public final class JavaText {
    private JavaText() {}

    /**
     * A text with everything blanked that is not code.
     *
     * @param code Java, possibly unfinished
     * @return a text of the same length and lines: comments are spaces, the insides of literals are underscores
     */
    public static String mask(String code) {
        char[] out = code.toCharArray();
        int i = 0;
        int n = code.length();
        while (i < n) {
            if (code.startsWith("//", i)) {
                int end = code.indexOf('\n', i);
                i = blank(out, i, end < 0 ? n : end, ' ');
            } else if (code.startsWith("/*", i)) {
                int end = code.indexOf("*/", i + 2);
                i = blank(out, i, end < 0 ? n : end + 2, ' ');
            } else if (code.startsWith("\"\"\"", i)) {
                int end = closing(code, i + 3, "\"\"\"", true);
                blank(out, i + 1, Math.min(n, end + 2), '_');
                i = Math.min(n, end + 3);
            } else if (code.charAt(i) == '"' || code.charAt(i) == '\'') {
                int end = closing(code, i + 1, code.substring(i, i + 1), false);
                blank(out, i + 1, end, '_');
                i = Math.min(n, end + 1);
            } else {
                i++;
            }
        }
        return new String(out);
    }

    private static int closing(String code, int from, String quote, boolean multiline) {
        for (int i = from; i < code.length(); i++) {
            char c = code.charAt(i);
            if (c == '\\') {
                i++;
            } else if (code.startsWith(quote, i) || (c == '\n' && !multiline)) {
                return i;
            }
        }
        return code.length();
    }

    private static int blank(char[] out, int from, int to, char with) {
        for (int i = from; i < to; i++) {
            if (out[i] != '\n') {
                out[i] = with;
            }
        }
        return to;
    }
}
