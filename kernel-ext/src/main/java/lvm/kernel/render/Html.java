package lvm.kernel.render;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;

/** Text as HTML, and names in a page. */
final class Html {
    private static final AtomicInteger NAMES = new AtomicInteger();

    private Html() {}

    /**
     * A name that nothing else in the page has, ids begin with it. It depends only on the content and on how many names came before, so
     * that running a notebook again gives the same file.
     *
     * @param content what is named
     * @return letters, digits and hyphens, the last one a hyphen
     */
    static String name(String content) {
        CRC32 crc = new CRC32();
        crc.update(content.getBytes(StandardCharsets.UTF_8));
        return String.format("lvm%08x-%d-", crc.getValue(), NAMES.incrementAndGet());
    }

    /** Text as the value of an attribute between double quotes, or of an element in which there are no formulas. */
    static String attribute(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

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
