package lvm.reproduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import lvm.reproduce.Textures.Texture;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@link TexturesExperiment} measures by. */
class TexturesTest {
    @TempDir
    Path folder;

    /** Pictures whose pixels are numbered: the halves have each of them once. */
    @Test
    void installedPicturesAreCutInTwo() throws IOException {
        for (String name : new String[] {"brick", "grass", "gravel"}) {
            BufferedImage picture = new BufferedImage(6, 8, BufferedImage.TYPE_BYTE_GRAY);
            for (int i = 0; i < 48; i++) {
                picture.getRaster().setSample(i % 6, i / 6, 0, 5 * i);
            }
            ImageIO.write(picture, "png", folder.resolve(name + ".png").toFile());
        }
        List<Texture> textures = Textures.load(folder, 20, 1);
        assertEquals("brick", textures.get(0).name());
        FMatrixRMaj upper = textures.get(0).learnt();
        FMatrixRMaj lower = textures.get(0).held();
        assertEquals(4, upper.numRows);
        double deviation = Math.sqrt((48.0 * 48 - 1) / 12);
        for (int i = 0; i < 24; i++) {
            assertEquals((i - 23.5) / deviation, upper.data[i], 1e-5);
            assertEquals((i + .5) / deviation, lower.data[i], 1e-5);
        }
    }

    @Test
    void drawnOnesAreDrawnAlike() {
        List<Texture> one = Textures.load(folder, 40, 1);
        List<Texture> two = Textures.load(folder, 40, 1);
        for (int t = 0; t < 3; t++) {
            assertTrue(one.get(t).name().startsWith("drawn "), one.get(t).name());
            assertEquals(one.get(t).held().toString(), two.get(t).held().toString());
        }
    }

    /** A patch of the picture correlates with itself whatever its mean and contrast; a mirrored sign, nothing, and another shape do not. */
    @Test
    void correlationIsOfShapes() {
        FMatrixRMaj picture = Textures.load(folder, 40, 2).get(1).held();
        FMatrixRMaj patches = new FMatrixRMaj(4, 25);
        FMatrixRMaj own = Textures.patches(picture, 1, 5, new SplittableRandom(3));
        for (int k = 0; k < 25; k++) {
            patches.set(0, k, own.get(0, k));
            patches.set(1, k, 3 * own.get(0, k) - 7);
            patches.set(2, k, 4);
            patches.set(3, k, k % 2);
        }
        double[] best = Textures.bestCorrelations(patches, picture, 5);
        assertEquals(1, best[0], 1e-5);
        assertEquals(1, best[1], 1e-5);
        assertEquals(0, best[2], 0);
        // By the definition, at every place.
        double expected = -1;
        for (int top = 0; top + 5 <= picture.numRows; top++) {
            for (int left = 0; left + 5 <= picture.numCols; left++) {
                double[] x = new double[25];
                double[] y = new double[25];
                for (int k = 0; k < 25; k++) {
                    x[k] = picture.get(top + k / 5, left + k % 5);
                    y[k] = k % 2;
                }
                expected = Math.max(expected, correlation(x, y));
            }
        }
        assertEquals(expected, best[3], 1e-5);
    }

    private static double correlation(double[] x, double[] y) {
        double mx = 0;
        double my = 0;
        for (int k = 0; k < x.length; k++) {
            mx += x[k] / x.length;
            my += y[k] / x.length;
        }
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int k = 0; k < x.length; k++) {
            xy += (x[k] - mx) * (y[k] - my);
            xx += (x[k] - mx) * (x[k] - mx);
            yy += (y[k] - my) * (y[k] - my);
        }
        return xy / Math.sqrt(xx * yy);
    }
}
