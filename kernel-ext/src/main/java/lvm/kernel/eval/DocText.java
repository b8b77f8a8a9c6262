package lvm.kernel.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Javadoc comments as text to read. */
final class DocText {
    private static final Pattern BLOCK = Pattern.compile("(?m)^[ \\t]*@(\\w+)[ \\t]*");
    private static final Map<String, String> TITLES = Map.of(
            "return",
            "Returns",
            "throws",
            "Throws",
            "exception",
            "Throws",
            "see",
            "See",
            "since",
            "Since",
            "deprecated",
            "Deprecated");

    private DocText() {}

    private record Tag(String name, String text) {}

    static String plain(String doc) {
        StringBuilder out = new StringBuilder(text(main(doc)));
        boolean first = true;
        for (Tag tag : tags(doc)) {
            out.append(first ? "\n\n" : "\n");
            first = false;
            String text = text(tag.text()).replaceAll("\\s+", " ");
            out.append(title(tag)).append(": ").append(rest(tag, text));
        }
        return out.toString().strip();
    }

    static String html(String doc) {
        StringBuilder out = new StringBuilder("<p>")
                .append(inline(main(doc), DocText::code))
                .append("</p>");
        List<Tag> tags = tags(doc);
        if (!tags.isEmpty()) {
            out.append("<dl>");
            for (Tag tag : tags) {
                out.append("<dt>").append(Inspections.escape(title(tag))).append("</dt><dd>");
                out.append(inline(rest(tag, tag.text()), DocText::code)).append("</dd>");
            }
            out.append("</dl>");
        }
        return out.toString();
    }

    private static String code(String text) {
        return "<code>" + Inspections.escape(text) + "</code>";
    }

    private static String title(Tag tag) {
        if (tag.name().equals("param")) {
            return tag.text().strip().split("\\s+", 2)[0];
        }
        String title = TITLES.getOrDefault(tag.name(), tag.name());
        return title.equals("Throws") ? title + " " + tag.text().strip().split("\\s+", 2)[0] : title;
    }

    private static String rest(Tag tag, String text) {
        if (tag.name().equals("param")
                || tag.name().equals("throws")
                || tag.name().equals("exception")) {
            String[] parts = text.strip().split("\\s+", 2);
            return parts.length > 1 ? parts[1] : "";
        }
        return text.strip();
    }

    private static String main(String doc) {
        Matcher tag = BLOCK.matcher(doc);
        return tag.find() ? doc.substring(0, tag.start()) : doc;
    }

    private static List<Tag> tags(String doc) {
        List<Tag> tags = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(doc);
        String name = null;
        int from = 0;
        while (matcher.find()) {
            if (name != null) {
                tags.add(new Tag(name, doc.substring(from, matcher.start())));
            }
            name = matcher.group(1);
            from = matcher.end();
        }
        if (name != null) {
            tags.add(new Tag(name, doc.substring(from)));
        }
        tags.removeIf(tag -> !tag.name().equals("param") && !TITLES.containsKey(tag.name()));
        return tags;
    }

    private static String text(String doc) {
        String text = inline(doc, UnaryOperator.identity());
        text = text.replaceAll("(?m)^ ", "")
                .replaceAll("(?i)\\s*<p>\\s*", "\n\n")
                .replaceAll("(?i)<li>", "\n- ");
        text = text.replaceAll("</?[A-Za-z][^<>]*>", "");
        text = text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&nbsp;", " ")
                .replace("&amp;", "&");
        return text.replaceAll("[ \\t]+(?=\\n)", "")
                .replaceAll("\\n{3,}", "\n\n")
                .strip();
    }

    /** Replaces tags such as {@code {@link X y}}; braces inside them may nest. */
    private static String inline(String doc, UnaryOperator<String> code) {
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < doc.length()) {
            if (!doc.startsWith("{@", i)) {
                out.append(doc.charAt(i++));
                continue;
            }
            int depth = 0;
            int end = i;
            do {
                char c = doc.charAt(end++);
                depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            } while (depth > 0 && end < doc.length());
            String[] tag = doc.substring(i + 2, Math.max(i + 2, end - 1)).split("\\s+", 2);
            String text = tag.length > 1 ? tag[1] : "";
            switch (tag[0]) {
                case "code" -> out.append(code.apply(text));
                case "literal" ->
                    out.append(code == null ? text : text.replace("<", "&lt;").replace(">", "&gt;"));
                case "link", "linkplain", "value" -> {
                    String[] parts = text.split("\\s+(?![^(]*\\))", 2);
                    String shown = parts.length > 1
                            ? parts[1]
                            : parts[0].replaceFirst("^#", "").replace('#', '.');
                    out.append(tag[0].equals("linkplain") ? shown : code.apply(shown));
                }
                case "inheritDoc" -> {}
                default -> out.append(inline(text, code));
            }
            i = end;
        }
        return out.toString();
    }
}
