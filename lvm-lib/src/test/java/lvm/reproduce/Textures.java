package lvm.reproduce;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import lvm.data.DeadLeaves;
import lvm.linalg.Products;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;

/**
 * Pictures of textures: brick, grass and gravel of scikit-image where its Debian package is installed, else three that are drawn. A picture has mean 0
 * and deviation 1, and is cut in two: the upper half is to learn from, the lower one is held out.
 */
final class Textures {
    /** Where Debian's python3-skimage has its pictures. */
    static final Path INSTALLED = Path.of("/usr/lib/python3/dist-packages/skimage/data");

    private static final List<String> NAMES = List.of("brick", "grass", "gravel");
    private static final double FLAT = 1e-3; // deviation of a patch that has no shape to compare

    /** A picture under its name. */
    record Texture(String name, FMatrixRMaj learnt, FMatrixRMaj held) {}

    private Textures() {}

    /** All three, from a folder that has the pictures, else drawn with this side. */
    static List<Texture> load(Path folder, int side, long seed) {
        boolean installed = NAMES.stream().allMatch(name -> Files.exists(folder.resolve(name + ".png")));
        return NAMES.stream()
                .map(name -> installed
                        ? halves(name, read(folder.resolve(name + ".png")))
                        : halves("drawn " + name, drawn(name, side, new SplittableRandom(seed))))
                .toList();
    }

    private static DMatrixRMaj read(Path file) {
        try {
            BufferedImage picture = ImageIO.read(file.toFile());
            DMatrixRMaj grey = new DMatrixRMaj(picture.getHeight(), picture.getWidth());
            double[] pixel = new double[picture.getRaster().getNumBands()];
            for (int y = 0; y < grey.numRows; y++) {
                for (int x = 0; x < grey.numCols; x++) {
                    grey.set(y, x, picture.getRaster().getPixel(x, y, pixel)[0]);
                }
            }
            return grey;
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    private static DMatrixRMaj drawn(String name, int side, SplittableRandom rng) {
        return switch (name) {
            case "brick" -> bricks(side, rng);
            case "grass" -> blades(side, rng);
            default -> DeadLeaves.image(side, side, rng.nextLong());
        };
    }

    /** Courses of 8 pixels, every other one moved by half a brick of 16: dark joints, a shade for each brick, and noise. */
    private static DMatrixRMaj bricks(int side, SplittableRandom rng) {
        DMatrixRMaj grey = new DMatrixRMaj(side, side);
        double[] shades = new double[(side / 16 + 2) * (side / 8 + 1)];
        for (int i = 0; i < shades.length; i++) {
            shades[i] = rng.nextDouble(.5, 1);
        }
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int course = y / 8;
                int along = x + 8 * (course % 2);
                boolean joint = y % 8 == 0 || along % 16 == 0;
                double shade = joint ? .1 : shades[course * (side / 16 + 2) + along / 16];
                grey.set(y, x, shade + .05 * rng.nextGaussian());
            }
        }
        return grey;
    }

    /** Steep lines of every shade, one over the other. */
    private static DMatrixRMaj blades(int side, SplittableRandom rng) {
        DMatrixRMaj grey = new DMatrixRMaj(side, side);
        for (int blade = 0; blade < side * side / 3; blade++) {
            double x = rng.nextDouble(side);
            double lean = .35 * rng.nextGaussian();
            int y = rng.nextInt(-11, side);
            double shade = rng.nextDouble();
            for (int t = Math.max(0, -y); t < 12 && y + t < side; t++) {
                int at = Math.floorMod((int) Math.round(x + lean * t), side);
                grey.set(y + t, at, shade);
            }
        }
        return grey;
    }

    private static Texture halves(String name, DMatrixRMaj grey) {
        double mean = 0;
        double squares = 0;
        int n = grey.getNumElements();
        for (double g : grey.data) {
            mean += g / n;
        }
        for (double g : grey.data) {
            squares += (g - mean) * (g - mean) / n;
        }
        int half = grey.numRows / 2;
        FMatrixRMaj upper = new FMatrixRMaj(half, grey.numCols);
        FMatrixRMaj lower = new FMatrixRMaj(half, grey.numCols);
        for (int i = 0; i < half * grey.numCols; i++) {
            upper.data[i] = (float) ((grey.data[i] - mean) / Math.sqrt(squares));
            lower.data[i] = (float) ((grey.data[half * grey.numCols + i] - mean) / Math.sqrt(squares));
        }
        return new Texture(name, upper, lower);
    }

    /** Patches at random places of a picture, a row each. */
    static FMatrixRMaj patches(FMatrixRMaj picture, int n, int size, SplittableRandom rng) {
        FMatrixRMaj rows = new FMatrixRMaj(n, size * size);
        for (int i = 0; i < n; i++) {
            int top = rng.nextInt(picture.numRows - size + 1);
            int left = rng.nextInt(picture.numCols - size + 1);
            copy(picture, top, left, size, rows, i);
        }
        return rows;
    }

    private static void copy(FMatrixRMaj picture, int top, int left, int size, FMatrixRMaj rows, int row) {
        for (int y = 0; y < size; y++) {
            System.arraycopy(
                    picture.data, (top + y) * picture.numCols + left, rows.data, row * size * size + y * size, size);
        }
    }

    /**
     * For each patch the greatest normalised cross-correlation with a patch of a picture, over all its places: the correlation of
     * the pixels, each patch less its own mean. A patch without any shape has 0.
     */
    static double[] bestCorrelations(FMatrixRMaj patches, FMatrixRMaj picture, int size) {
        FMatrixRMaj shapes = patches.copy();
        for (int i = 0; i < shapes.numRows; i++) {
            normalise(shapes, i);
        }
        double[] best = new double[patches.numRows];
        int across = picture.numCols - size + 1;
        FMatrixRMaj places = new FMatrixRMaj(across, size * size);
        FMatrixRMaj all = new FMatrixRMaj(patches.numRows, across);
        Arrays.fill(best, -1);
        for (int top = 0; top + size <= picture.numRows; top++) {
            for (int left = 0; left < across; left++) {
                copy(picture, top, left, size, places, left);
                normalise(places, left);
            }
            Products.gemm(false, true, 1, shapes, places, 0, all);
            for (int k = 0; k < all.getNumElements(); k++) {
                best[k / across] = Math.max(best[k / across], all.data[k]);
            }
        }
        return best;
    }

    private static void normalise(FMatrixRMaj rows, int row) {
        int d = rows.numCols;
        double mean = 0;
        double squares = 0;
        for (int k = row * d; k < (row + 1) * d; k++) {
            mean += rows.data[k] / d;
        }
        for (int k = row * d; k < (row + 1) * d; k++) {
            squares += (rows.data[k] - mean) * (rows.data[k] - mean);
        }
        double norm = squares > FLAT * FLAT * d ? Math.sqrt(squares) : Double.POSITIVE_INFINITY;
        for (int k = row * d; k < (row + 1) * d; k++) {
            rows.data[k] = (float) ((rows.data[k] - mean) / norm);
        }
    }
}
