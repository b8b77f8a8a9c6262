package lvm.kernel.render;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import lvm.kernel.render.Renderers.Bundle;
import org.knowm.xchart.internal.chartpart.IChart;

/** XChart charts: a PNG at twice the resolution, an SVG on request. */
final class ChartRenderer {
    private static final int SCALE = 2;
    private static final Pattern ID = Pattern.compile("\\bid=\"([^\"]+)\"");
    private static final Pattern REFERENCE = Pattern.compile("url\\(#([^)]+)\\)|href=\"#([^\"]+)\"");
    private static final AtomicInteger OUTPUTS = new AtomicInteger();

    private ChartRenderer() {}

    static Bundle render(IChart chart, Set<String> wanted) {
        return render(chart, describe(chart), wanted);
    }

    /**
     * A chart with a text form of one's own.
     *
     * @param chart the chart
     * @param text its text form
     * @param wanted the MIME types wanted
     * @return text, and PNG and SVG as wanted; text and HTML that say why when this machine can not draw text
     */
    static Bundle render(IChart chart, String text, Set<String> wanted) {
        Bundle bundle = Bundle.text(text);
        try {
            if (wanted.contains(Renderers.PNG)) {
                ImageRenderer.put(bundle, draw(chart), chart.getWidth(), chart.getHeight());
            }
            if (wanted.contains(Renderers.SVG)) {
                bundle.data().put(Renderers.SVG, svg(chart));
            }
        } catch (LinkageError | InternalError e) {
            // What a JDK throws on a machine without fonts or without the font libraries.
            return Bundle.text(text + "\nnot drawn: Java found no usable fonts on this machine (" + e.getMessage()
                    + "); install fontconfig and a font, on Debian: apt install fontconfig fonts-dejavu-core");
        }
        return bundle;
    }

    private static String describe(IChart chart) {
        String kind = chart.getClass().getSimpleName();
        String title = chart.getTitle();
        String size = chart.getWidth() + "×" + chart.getHeight();
        return title == null || title.isBlank()
                ? kind + " of " + size + " pixels"
                : kind + " \"" + title + "\" of " + size + " pixels";
    }

    private static BufferedImage draw(IChart chart) {
        int w = chart.getWidth();
        int h = chart.getHeight();
        BufferedImage image = new BufferedImage(w * SCALE, h * SCALE, BufferedImage.TYPE_INT_ARGB);
        Graphics2D g = image.createGraphics();
        try {
            g.scale(SCALE, SCALE);
            chart.paint(g, w, h);
        } finally {
            g.dispose();
        }
        return image;
    }

    private static String svg(IChart chart) {
        int w = chart.getWidth();
        int h = chart.getHeight();
        VectorGraphics2D g = new VectorGraphics2D();
        chart.paint(g, w, h);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            new SVGProcessor().getDocument(g.getCommands(), new PageSize(w, h)).writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("Renderers: the chart can not be written as SVG", e);
        }
        String document = bytes.toString(StandardCharsets.UTF_8);
        return uniqueIds(document.substring(document.indexOf("<svg")).strip());
    }

    /**
     * Ids are names of the whole page: two charts in one notebook must not share any. The prefix depends only on the
     * content and on how many charts came before, so that running a notebook again gives the same file.
     */
    private static String uniqueIds(String svg) {
        CRC32 crc = new CRC32();
        crc.update(svg.getBytes(StandardCharsets.UTF_8));
        String prefix = String.format("lvm%08x-%d-", crc.getValue(), OUTPUTS.incrementAndGet());
        String ids = ID.matcher(svg).replaceAll("id=\"" + prefix + "$1\"");
        return REFERENCE
                .matcher(ids)
                .replaceAll(match -> match.group(1) != null
                        ? "url(#" + prefix + match.group(1) + ")"
                        : "href=\"#" + prefix + match.group(2) + "\"");
    }
}
