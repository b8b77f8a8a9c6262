package lvm.kernel.render;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import lvm.kernel.render.Renderers.Bundle;

/**
 * Frames that were drawn beforehand, to look through without a kernel: a form in HTML that needs no script, since style
 * rules show the frame of the buttons that are checked. Where styles are not allowed all frames are seen. The same frames
 * are in one PNG, for pages that show no HTML; a frame without a picture has its text there.
 */
public final class StaticForm {
    private static final int SHEET_WIDTH = 800;
    private static final int CAPTION = 15;
    private static final int GAP = 6;
    private static final AtomicInteger FORMS = new AtomicInteger();

    private final List<Axis> axes;
    private final List<Bundle> frames;

    /**
     * What can be chosen in one row of the form.
     *
     * @param name what stands in front of the row
     * @param labels the values, in order
     * @param first the place of the value that is chosen at first
     */
    public record Axis(String name, List<String> labels, int first) {}

    private StaticForm(List<Axis> axes, List<Bundle> frames) {
        this.axes = axes;
        this.frames = frames;
    }

    /**
     * The form.
     *
     * @param axes what can be chosen
     * @param frames what is seen, the last axis moving fastest; one frame if there is no axis
     * @return text and HTML, and PNG if the frame that is seen at first has it
     * @throws IllegalArgumentException if there are more or fewer frames than the axes have values
     */
    public static Bundle of(List<Axis> axes, List<Bundle> frames) {
        int count = axes.stream().mapToInt(axis -> axis.labels().size()).reduce(1, Math::multiplyExact);
        if (count != frames.size()) {
            throw new IllegalArgumentException(
                    "StaticForm: " + frames.size() + " frames, expected one for each choice, " + count);
        }
        return new StaticForm(List.copyOf(axes), List.copyOf(frames)).bundle();
    }

    /**
     * What stands in the place of a frame that could not be drawn.
     *
     * @param message why
     * @return a frame with the message
     */
    public static Bundle failure(String message) {
        return Bundle.text(message);
    }

    private Bundle bundle() {
        int[] first = axes.stream().mapToInt(Axis::first).toArray();
        String text = frames.get(place(first)).data().get(Renderers.TEXT).toString();
        if (!axes.isEmpty()) {
            text = caption(first) + ": " + text + "\n(one of " + frames.size() + " frames)";
        }
        Bundle bundle = Bundle.text(text);
        if (frames.get(place(first)).data().containsKey(Renderers.PNG)) {
            Bundle sheet = sheet(text);
            bundle.data().putAll(sheet.data());
            bundle.data().put(Renderers.TEXT, text);
            bundle.metadata().putAll(sheet.metadata());
        }
        bundle.data().put(Renderers.HTML, html());
        return bundle;
    }

    // ---------------------------------------------------------------- places

    /** The place of a frame by the place on each axis. */
    private int place(int[] at) {
        int place = 0;
        for (int i = 0; i < at.length; i++) {
            place = place * axes.get(i).labels().size() + at[i];
        }
        return place;
    }

    private int[] at(int place) {
        int[] at = new int[axes.size()];
        int rest = place;
        for (int i = at.length - 1; i >= 0; i--) {
            int size = axes.get(i).labels().size();
            at[i] = rest % size;
            rest /= size;
        }
        return at;
    }

    private String caption(int[] at) {
        return String.join(", ", parts(at));
    }

    private List<String> parts(int[] at) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < at.length; i++) {
            parts.add(axes.get(i).name() + " = " + axes.get(i).labels().get(at[i]));
        }
        return parts;
    }

    // ---------------------------------------------------------------- HTML

    private String html() {
        StringBuilder figures = new StringBuilder();
        for (int place = 0; place < frames.size(); place++) {
            figures.append("<figure class=\"f")
                    .append(place)
                    .append("\" style=\"margin:0.5em;display:inline-block\">")
                    .append(picture(frames.get(place), caption(at(place))))
                    .append(axes.isEmpty() ? "" : "<figcaption>" + Html.escape(caption(at(place))) + "</figcaption>")
                    .append("</figure>\n");
        }
        CRC32 crc = new CRC32();
        crc.update(figures.toString().getBytes(StandardCharsets.UTF_8));
        String id = String.format("lvm%08x-%d", crc.getValue(), FORMS.incrementAndGet());
        return "<div id=\"" + id + "\">\n" + style(id) + choices(id) + "<div>\n" + figures + "</div>\n</div>";
    }

    private String style(String id) {
        StringBuilder style = new StringBuilder("<style>\n");
        // Front ends of the first generation show widgets above the output, and this form would stand beside them.
        style.append(".widget-area:not([style*=\"none\"]) ~ .output_wrapper #")
                .append(id)
                .append(" { display: none; }\n");
        if (!axes.isEmpty()) {
            // Only behind a button: a page whose buttons were taken away shows all frames.
            style.append("#").append(id).append(" > input ~ div > figure { display: none !important; }\n");
        }
        for (int place = 0; place < frames.size() && !axes.isEmpty(); place++) {
            int[] at = at(place);
            style.append("#").append(id).append(" > ");
            for (int i = 0; i < at.length; i++) {
                style.append("#").append(radio(id, i, at[i])).append(":checked ~ ");
            }
            style.append("div > .f").append(place).append(" { display: inline-block !important; }\n");
        }
        return style.append("</style>\n").toString();
    }

    private String choices(String id) {
        StringBuilder html = new StringBuilder();
        for (int i = 0; i < axes.size(); i++) {
            Axis axis = axes.get(i);
            html.append("<b>").append(Html.escape(axis.name())).append("</b>\n");
            for (int k = 0; k < axis.labels().size(); k++) {
                String radio = radio(id, i, k);
                html.append("<input type=\"radio\" name=\"" + id + "-" + i + "\" id=\"" + radio + "\"")
                        .append(k == axis.first() ? " checked" : "")
                        .append("><label for=\"" + radio + "\">"
                                + Html.escape(axis.labels().get(k)) + "</label>\n");
            }
            html.append("<br>\n");
        }
        return html.toString();
    }

    private static String radio(String id, int axis, int value) {
        return id + "-" + axis + "-" + value;
    }

    private static String picture(Bundle frame, String caption) {
        Map<String, Object> data = frame.data();
        if (data.get(Renderers.PNG) instanceof String png) {
            StringBuilder image = new StringBuilder("<img src=\"data:image/png;base64,")
                    .append(png)
                    .append("\"");
            if (frame.metadata().get(Renderers.PNG) instanceof Map<?, ?> size
                    && size.get("width") instanceof Number w) {
                image.append(" width=\"").append(w.intValue()).append("\"");
            }
            return image + " style=\"max-width:100%;height:auto\" alt=\"" + Html.escape(caption) + "\"/>";
        }
        return data.get(Renderers.HTML) instanceof String html
                ? html
                : "<pre>" + Html.escape(data.get(Renderers.TEXT).toString()) + "</pre>";
    }

    // ---------------------------------------------------------------- PNG

    /** All frames in rows and columns; the columns are the values of the last axis if there are more axes. */
    private Bundle sheet(String text) {
        List<BufferedImage> images = new ArrayList<>();
        frames.forEach(frame -> images.add(image(frame)));
        int columns =
                axes.size() > 1 ? axes.get(axes.size() - 1).labels().size() : (int) Math.ceil(Math.sqrt(frames.size()));
        int widest = images.stream()
                .filter(Objects::nonNull)
                .mapToInt(BufferedImage::getWidth)
                .max()
                .orElseThrow();
        int highest = images.stream()
                .filter(Objects::nonNull)
                .mapToInt(BufferedImage::getHeight)
                .max()
                .orElseThrow();
        double scale = Math.min(0.5, (SHEET_WIDTH - columns * GAP) / ((double) columns * widest));
        int w = Math.max(1, (int) (widest * scale)) + GAP;
        int h = Math.max(1, (int) (highest * scale)) + GAP + CAPTION * axes.size();
        int rows = (images.size() + columns - 1) / columns;
        return DrawingRenderer.render(
                new Drawing(text, text, columns * w, rows * h, g -> paint(g, images, columns, w, h, scale)),
                Set.of(Renderers.PNG));
    }

    private void paint(Graphics2D g, List<BufferedImage> images, int columns, int w, int h, double scale) {
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, columns * w, (images.size() + columns - 1) / columns * h);
        g.setColor(Color.BLACK);
        g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
        for (int place = 0; place < images.size(); place++) {
            BufferedImage image = images.get(place);
            int x = place % columns * w + GAP / 2;
            int y = place / columns * h + GAP / 2;
            g.setClip(x, y, w - GAP, h);
            if (image != null) {
                g.drawImage(image, x, y, (int) (image.getWidth() * scale), (int) (image.getHeight() * scale), null);
            } else {
                g.drawString(frames.get(place).data().get(Renderers.TEXT).toString(), x, y + CAPTION);
            }
            if (!axes.isEmpty()) {
                List<String> lines = parts(at(place));
                for (int i = 0; i < lines.size(); i++) {
                    g.drawString(lines.get(i), x, y + h - GAP - CAPTION * (lines.size() - i) + CAPTION - 4);
                }
            }
            g.setClip(null);
        }
    }

    /** The picture of a frame, or null if it has none. */
    private static BufferedImage image(Bundle frame) {
        if (!frame.data().containsKey(Renderers.PNG)) {
            return null;
        }
        byte[] bytes = Base64.getDecoder().decode((String) frame.data().get(Renderers.PNG));
        try {
            return ImageIO.read(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("StaticForm: a frame is no PNG", e);
        }
    }
}
