package lvm.kernel.render;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import lvm.kernel.render.Renderers.Bundle;

/** Images as PNG; a tiny one is magnified in whole steps, each pixel a sharp square. */
final class ImageRenderer {
    /** An image whose longer side is shorter than this is magnified up to it. */
    private static final int READABLE = 160;

    /** The colours of a palette. */
    private static final int MOST = 256;

    private ImageRenderer() {}

    static Bundle render(BufferedImage image, Set<String> wanted) {
        int w = image.getWidth();
        int h = image.getHeight();
        Bundle bundle = Bundle.text("image of " + w + "×" + h + " pixels");
        if (wanted.contains(Renderers.PNG)) {
            int factor = Math.max(1, (READABLE + Math.max(w, h) - 1) / Math.max(w, h));
            put(bundle, factor == 1 ? image : magnify(image, factor), w * factor, h * factor, true, (String)
                    bundle.data().get(Renderers.TEXT));
        }
        return bundle;
    }

    /**
     * Adds a picture to a bundle.
     *
     * @param bundle where; modified
     * @param image the pixels
     * @param width the width on the page, in CSS pixels
     * @param height the height on the page
     * @param exact whether all colours are kept where they are more than a palette holds
     * @param description what it shows, in words
     */
    static void put(Bundle bundle, BufferedImage image, int width, int height, boolean exact, String description) {
        bundle.data().put(Renderers.PNG, base64(image, exact));
        bundle.metadata()
                .put(Renderers.PNG, Map.of("width", (double) width, "height", (double) height, "alt", description));
    }

    private static BufferedImage magnify(BufferedImage image, int factor) {
        int type = image.getType() == BufferedImage.TYPE_BYTE_GRAY
                ? BufferedImage.TYPE_BYTE_GRAY
                : image.getColorModel().hasAlpha() ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB;
        BufferedImage large = new BufferedImage(image.getWidth() * factor, image.getHeight() * factor, type);
        Graphics2D g = large.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
        g.drawImage(image, 0, 0, large.getWidth(), large.getHeight(), null);
        g.dispose();
        return large;
    }

    /** The picture with a palette, which makes the smallest file; an image of a user's own keeps all of its colours. */
    private static BufferedImage compact(BufferedImage image, boolean exact) {
        if (image.getType() != BufferedImage.TYPE_INT_ARGB && image.getType() != BufferedImage.TYPE_INT_RGB) {
            return image;
        }
        int w = image.getWidth();
        int h = image.getHeight();
        int[] pixels = image.getRGB(0, 0, w, h, null, 0, w);
        if (exact && Arrays.stream(pixels).distinct().limit(MOST + 1L).count() > MOST) {
            return image;
        }
        FewColors few = FewColors.of(pixels);
        int[] colors = few.palette();
        IndexColorModel model = new IndexColorModel(8, colors.length, colors, 0, true, -1, DataBuffer.TYPE_BYTE);
        BufferedImage indexed = new BufferedImage(w, h, BufferedImage.TYPE_BYTE_INDEXED, model);
        byte[] indices = new byte[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            indices[i] = i > 0 && pixels[i] == pixels[i - 1] ? indices[i - 1] : (byte) few.place(pixels[i]);
        }
        indexed.getRaster().setDataElements(0, 0, w, h, indices);
        return indexed;
    }

    /** An image as PNG, in base64. */
    static String base64(BufferedImage image, boolean exact) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // In memory, so that no cache file is needed.
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
            try {
                ImageWriteParam smallest = writer.getDefaultWriteParam();
                smallest.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                smallest.setCompressionQuality(0);
                writer.setOutput(out);
                writer.write(null, new IIOImage(compact(image, exact), null, null), smallest);
            } finally {
                writer.dispose();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Renderers: the image can not be written as PNG", e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
