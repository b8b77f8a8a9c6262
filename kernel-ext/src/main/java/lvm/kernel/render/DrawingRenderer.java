package lvm.kernel.render;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lvm.kernel.render.Renderers.Bundle;
import lvm.plot.Picture;

/** Charts and other drawings: a PNG at twice the resolution, an SVG on request. */
final class DrawingRenderer {
    /** Device pixels a CSS pixel. */
    static final int SCALE = 2;

    private static final Pattern ID = Pattern.compile("\\bid=\"([^\"]+)\"");
    private static final Pattern REFERENCE = Pattern.compile("url\\(#([^)]+)\\)|href=\"#([^\"]+)\"");

    private DrawingRenderer() {}

    /**
     * A drawing in the wanted forms.
     *
     * @param drawing what to draw
     * @param wanted the MIME types wanted
     * @return text, and PNG and SVG as wanted; only a text that says why when Java has no fonts on this machine
     */
    static Bundle render(Drawing drawing, Set<String> wanted) {
        Bundle bundle = Bundle.text(drawing.text());
        try {
            if (wanted.contains(Renderers.PNG)) {
                ImageRenderer.put(
                        bundle, draw(drawing, SCALE), drawing.width(), drawing.height(), false, drawing.description());
            }
            if (wanted.contains(Renderers.SVG)) {
                String svg = svg(drawing);
                bundle.data().put(Renderers.SVG, svg);
                bundle.data().put(Renderers.HTML, image(drawing, svg));
            }
        } catch (RuntimeException | LinkageError | InternalError e) {
            if (fontsWork()) {
                throw e;
            }
            return Bundle.text(
                    drawing.text() + "\nNot drawn: Java finds no fonts on this machine. Install fontconfig and"
                            + " a font (on Debian: apt install fontconfig fonts-dejavu-core) and restart the kernel.");
        }
        return bundle;
    }

    /** A picture as an image in HTML; nothing when Java has no fonts on this machine. */
    static String html(Picture picture, String description) {
        Drawing drawing = new Drawing(description, description, picture.width(), picture.height(), picture::paint);
        Object png = render(drawing, Set.of(Renderers.PNG)).data().get(Renderers.PNG);
        return png == null ? "" : image(drawing, "image/png", (String) png);
    }

    /** Whether Java can draw text: without fonts or their libraries it throws various errors that do not name the cause. */
    private static boolean fontsWork() {
        try {
            return new Font(Font.SANS_SERIF, Font.PLAIN, 12)
                            .getStringBounds("x", new FontRenderContext(null, true, true))
                            .getWidth()
                    > 0;
        } catch (RuntimeException | LinkageError | InternalError e) {
            return false;
        }
    }

    /** A drawing as PNG, in base64. */
    static String png(Drawing drawing, int scale) {
        return ImageRenderer.base64(draw(drawing, scale), false);
    }

    private static BufferedImage draw(Drawing drawing, int scale) {
        int w = drawing.width() * scale;
        int h = drawing.height() * scale;
        BufferedImage image = new BufferedImage(w, h, BufferedImage.TYPE_INT_ARGB);
        Graphics2D g = image.createGraphics();
        try {
            g.scale(scale, scale);
            drawing.painter().accept(g);
        } finally {
            g.dispose();
        }
        return image;
    }

    private static String svg(Drawing drawing) {
        VectorGraphics2D g = new VectorGraphics2D();
        drawing.painter().accept(g);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            new SVGProcessor()
                    .getDocument(g.getCommands(), new PageSize(drawing.width(), drawing.height()))
                    .writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("Renderers: the drawing can not be written as SVG", e);
        }
        String document = bytes.toString(StandardCharsets.UTF_8);
        // The XML declaration and document type before it are not allowed inside a page.
        return accessible(uniqueIds(document.substring(document.indexOf("<svg")).strip()), drawing.description());
    }

    /** The same as an image in HTML, since nbconvert 6.5 strips an inline SVG of all that it draws. */
    private static String image(Drawing drawing, String svg) {
        return image(
                drawing, "image/svg+xml", Base64.getEncoder().encodeToString(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static String image(Drawing drawing, String type, String base64) {
        return "<img src=\"data:" + type + ";base64," + base64 + "\" width=\"" + drawing.width() + "\" height=\""
                + drawing.height() + "\" style=\"max-width:100%;height:auto\" alt=\""
                + Html.attribute(drawing.description())
                + "\"/>";
    }

    /** Adds role and title: charts draw letters as shapes, which a screen reader cannot read. */
    private static String accessible(String svg, String text) {
        int end = svg.indexOf('>');
        return svg.substring(0, end)
                + " role=\"img\" style=\"max-width:100%;height:auto\">\n  <title>"
                + Html.attribute(text)
                + "</title>"
                + svg.substring(end + 1);
    }

    /** Ids are names of the whole page: two charts in one notebook must not share any. */
    private static String uniqueIds(String svg) {
        Map<String, String> numbers = new HashMap<>();
        Matcher matcher = ID.matcher(svg);
        while (matcher.find()) {
            numbers.putIfAbsent(matcher.group(1), Integer.toString(numbers.size()));
        }
        String numbered = rename(svg, numbers);
        String prefix = Html.name(numbered);
        numbers.replaceAll((id, number) -> prefix + number);
        return rename(svg, numbers);
    }

    private static String rename(String svg, Map<String, String> names) {
        String ids = ID.matcher(svg).replaceAll(match -> "id=\"" + names.get(match.group(1)) + "\"");
        return REFERENCE
                .matcher(ids)
                .replaceAll(match -> match.group(1) != null
                        ? "url(#" + names.getOrDefault(match.group(1), match.group(1)) + ")"
                        : "href=\"#" + names.getOrDefault(match.group(2), match.group(2)) + "\"");
    }
}
