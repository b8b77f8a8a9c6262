package lvm.kernel.render;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import lvm.kernel.render.Renderers.Bundle;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Shows values as a kernel does. */
final class Shown {
    private record Entry<T>(
            Class<T> type, Set<String> preferred, Set<String> onRequest, Renderers.Renderer<? super T> renderer) {

        Bundle show(Object value, String[] types) {
            Set<String> wanted = new LinkedHashSet<>();
            for (String type : types) {
                if (preferred.contains(type) || onRequest.contains(type)) {
                    wanted.add(type);
                }
            }
            return renderer.render(type.cast(value), types.length == 0 ? preferred : wanted);
        }
    }

    private static final Map<Class<?>, Entry<?>> ENTRIES = new HashMap<>();

    static {
        Renderers.registerAll(new Renderers.Registry() {
            @Override
            public <T> void register(
                    Class<T> type,
                    Set<String> preferred,
                    Set<String> onRequest,
                    Renderers.Renderer<? super T> renderer) {
                if (ENTRIES.put(type, new Entry<>(type, preferred, onRequest, renderer)) != null) {
                    throw new IllegalStateException("registered twice: " + type);
                }
            }
        });
    }

    private Shown() {}

    /** The forms of a value: the preferred ones, or those asked for. */
    static Bundle of(Object value, String... types) {
        Deque<Class<?>> open = new ArrayDeque<>();
        open.add(value.getClass());
        while (!open.isEmpty()) {
            Class<?> type = open.remove();
            if (ENTRIES.containsKey(type)) {
                return ENTRIES.get(type).show(value, types);
            }
            open.addAll(Set.of(type.getInterfaces()));
            if (type.getSuperclass() != null) {
                open.add(type.getSuperclass());
            }
        }
        throw new IllegalArgumentException("no renderer for " + value.getClass());
    }

    static String text(Object value) {
        return (String) of(value).data().get("text/plain");
    }

    static String html(Object value) {
        return (String) of(value, "text/html").data().get("text/html");
    }

    /** Parsing fails where an element is not closed or a text is not escaped. */
    static Document dom(Object value) {
        return parse(html(value));
    }

    static Document parse(String markup) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(markup)));
        } catch (Exception e) {
            throw new AssertionError("not well-formed: " + e.getMessage() + "\n" + markup, e);
        }
    }

    /** The text of the n-th element of a name. */
    static String text(Document dom, String element, int n) {
        return dom.getElementsByTagName(element).item(n).getTextContent();
    }

    /** The texts of the cells, a row an array. */
    static String[][] cells(Document dom) {
        NodeList rows = ((Element) dom.getElementsByTagName("tbody").item(0)).getElementsByTagName("tr");
        String[][] cells = new String[rows.getLength()][];
        for (int i = 0; i < cells.length; i++) {
            NodeList row = ((Element) rows.item(i)).getElementsByTagName("td");
            cells[i] = new String[row.getLength()];
            for (int j = 0; j < cells[i].length; j++) {
                cells[i][j] = row.item(j).getTextContent();
            }
        }
        return cells;
    }
}
