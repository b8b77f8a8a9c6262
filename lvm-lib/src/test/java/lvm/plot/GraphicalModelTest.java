package lvm.plot;

import static lvm.plot.Gallery.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class GraphicalModelTest {

    private static GraphicalModel chain() {
        return Plots.graph().latent("z", 0, 0).observed("x", 0, 1);
    }

    /** The pixels of an image that are not the same as in another of the same size, as x, y, width, height; null for none. */
    private static int[] difference(Picture a, Picture b) {
        BufferedImage one = a.toImage(1);
        BufferedImage two = b.toImage(1);
        assertEquals(one.getWidth(), two.getWidth());
        assertEquals(one.getHeight(), two.getHeight());
        int[] box = {Integer.MAX_VALUE, Integer.MAX_VALUE, -1, -1};
        for (int y = 0; y < one.getHeight(); y++) {
            for (int x = 0; x < one.getWidth(); x++) {
                if (one.getRGB(x, y) != two.getRGB(x, y)) {
                    box[0] = Math.min(box[0], x);
                    box[1] = Math.min(box[1], y);
                    box[2] = Math.max(box[2], x);
                    box[3] = Math.max(box[3], y);
                }
            }
        }
        return box[2] < 0 ? null : box;
    }

    private static boolean white(BufferedImage image, int x, int y) {
        return image.getRGB(x, y) == Color.WHITE.getRGB();
    }

    @Test
    void observedIsShadedAndLatentIsWhite() {
        BufferedImage image = chain().toImage(1);
        int off = 14; // beside the letter, inside the circle
        int column = image.getWidth() / 2 - off;
        int top = image.getHeight() / 2 - 43;
        assertTrue(white(image, column, top));
        assertTrue(!white(image, column, top + 86));
    }

    @Test
    void anArrowPointsToTheChild() {
        int[] down = difference(chain().arrow("z", "x"), chain().link("z", "x"));
        int[] up = difference(chain().arrow("x", "z"), chain().link("z", "x"));
        int middle = chain().height() / 2;
        assertTrue(down[1] > middle, "the head of an arrow to the lower node is below the middle");
        assertTrue(up[3] < middle, "the head of an arrow to the upper node is above the middle");
    }

    @Test
    void arrowsEndAtTheRimOfCircles() {
        int[] box = difference(chain().arrow("z", "x"), chain());
        int centre = chain().height() / 2;
        int reach = 86 / 2 - 23; // half the distance of the centres without a radius
        assertTrue(box[1] >= centre - reach - 2 && box[3] <= centre + reach + 1, box[1] + " to " + box[3]);
    }

    @Test
    void anInferenceArrowGoesBesideTheOther() {
        Picture both = chain().arrow("z", "x").inference("x", "z");
        assertTrue(both.width() > chain().width());
        assertTrue(both.toImage(1).getWidth() == both.width());
    }

    @Test
    void platesGoAroundTheirNodesAndAroundOtherPlates() {
        int bare = chain().width();
        int one = chain().plate("N", "z", "x").width();
        int two = chain().plate("K", "z").plate("N", "z", "x").width();
        int swapped = chain().plate("N", "z", "x").plate("K", "z").width();
        assertTrue(bare < one && one < two);
        assertEquals(two, swapped);
        assertTrue(chain().plate("K", "z").plate("N", "z").width()
                > chain().plate("K", "z").width());
    }

    @Test
    void nothingTouchesTheEdgeOfThePicture() {
        Picture model = chain().parameter("θ", 1, 1)
                .parameter("a long name", -1, 0)
                .arrow("θ", "x")
                .inference("x", "z")
                .inference("z", "x")
                .plate("a label that is longer than its plate", "z")
                .title("a title that is longer than the whole of the picture would be");
        BufferedImage image = model.toImage(2);
        for (int x = 0; x < image.getWidth(); x++) {
            assertTrue(white(image, x, 0) && white(image, x, image.getHeight() - 1), "column " + x);
        }
        for (int y = 0; y < image.getHeight(); y++) {
            assertTrue(white(image, 0, y) && white(image, image.getWidth() - 1, y), "row " + y);
        }
    }

    @Test
    void theTitleTakesRoomOfItsOwn() {
        assertTrue(chain().title("p").height() > chain().height());
        assertNotEquals(null, difference(chain().title("p"), chain().title("q")));
    }

    @Test
    void anEmptyGraphIsWhite() {
        BufferedImage image = Plots.graph().toImage(1);
        assertTrue(white(image, image.getWidth() / 2, image.getHeight() / 2));
        assertEquals(
                "GraphicalModel of 0 nodes, 0 edges, 0 plates", Plots.graph().toString());
    }

    @Test
    void mistakesAreNamed() {
        assertTrue(failure(() -> chain().latent("z", 1, 1)).contains("\"z\" is there already"));
        assertTrue(failure(() -> chain().latent(" ", 1, 1)).contains("no name"));
        assertTrue(failure(() -> chain().latent("y", Double.NaN, 1)).contains("NaN, 1.0, expected numbers"));
        assertTrue(failure(() -> chain().latent("y", 0, 1e300)).contains("from -100 to 100"));
        assertTrue(failure(() -> chain().arrow("z", "y")).contains("no node \"y\", there are [z, x]"));
        assertTrue(failure(() -> chain().link("z", "z")).contains("to itself"));
        assertTrue(failure(() -> chain().plate("N")).contains("empty"));
    }
}
