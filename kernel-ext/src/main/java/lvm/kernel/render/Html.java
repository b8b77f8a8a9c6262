package lvm.kernel.render;

/** Text as HTML. */
final class Html {
    private Html() {}

    /**
     * Text from data as the content of an element, so that it shows as it is and is read neither as mark-up nor as a
     * formula.
     *
     * @param text any text
     * @return the same text as HTML
     */
    static String escape(String text) {
        StringBuilder html = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> html.append("&amp;");
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '"' -> html.append("&quot;");
                case '\'' -> html.append("&#39;");
                // MathJax would read text between two of these as a formula.
                case '$', '\\' -> html.append("<span>").append(c).append("</span>");
                default -> html.append(c);
            }
        }
        return html.toString();
    }
}
