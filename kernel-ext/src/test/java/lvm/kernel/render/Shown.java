package lvm.kernel.render;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import lvm.kernel.render.Renderers.Bundle;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Shows values as a kernel does. */
final class Shown {
    private Shown() {}

    /** The forms of a value: the preferred ones, or those asked for. */
    static Bundle of(Object value, String... types) {
        return Renderers.of(value).orElseThrow().show(value, types);
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
