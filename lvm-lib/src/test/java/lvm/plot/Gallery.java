package lvm.plot;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import lvm.model.HasDensity;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

/** What the tests of this package draw: two Gaussians in the plane and points from them. */
final class Gallery {
    private Gallery() {}

    static final DMatrixRMaj MEANS = new DMatrixRMaj(new double[][] {{2.04, 54.5}, {4.29, 79.97}});
    static final List<DMatrixRMaj> COVARIANCES = List.of(
            new DMatrixRMaj(new double[][] {{0.0692, 0.4352}, {0.4352, 33.697}}),
            new DMatrixRMaj(new double[][] {{0.1700, 0.9406}, {0.9406, 36.046}}));
    static final double[] WEIGHTS = {0.356, 0.644};

    /** log N(x | mean, covariance) for D = 2, written out. */
    static double logGaussian(double x, double y, int k) {
        DMatrixRMaj s = COVARIANCES.get(k);
        double a = s.get(0, 0);
        double b = s.get(0, 1);
        double c = s.get(1, 1);
        double det = a * c - b * b;
        double dx = x - MEANS.get(k, 0);
        double dy = y - MEANS.get(k, 1);
        double q = (c * dx * dx - 2 * b * dx * dy + a * dy * dy) / det;
        return -Math.log(2 * Math.PI) - 0.5 * Math.log(det) - 0.5 * q;
    }

    static double density(double x, double y) {
        return WEIGHTS[0] * Math.exp(logGaussian(x, y, 0)) + WEIGHTS[1] * Math.exp(logGaussian(x, y, 1));
    }

    static double responsibility(double x, double y) {
        return WEIGHTS[1] * Math.exp(logGaussian(x, y, 1)) / density(x, y);
    }

    static final HasDensity<DMatrixRMaj> MIXTURE = HasDensity.of(2, x -> {
        double[] out = new double[x.numRows];
        Arrays.setAll(out, i -> Math.log(density(x.get(i, 0), x.get(i, 1))));
        return out;
    });

    static DMatrixRMaj sample(int n) {
        Random rng = new Random(1);
        DMatrixRMaj x = new DMatrixRMaj(n, 2);
        for (int i = 0; i < n; i++) {
            int k = rng.nextDouble() < WEIGHTS[0] ? 0 : 1;
            DMatrixRMaj s = COVARIANCES.get(k);
            double l11 = Math.sqrt(s.get(0, 0));
            double l21 = s.get(0, 1) / l11;
            double z = rng.nextGaussian();
            x.set(i, 0, MEANS.get(k, 0) + l11 * z);
            x.set(i, 1, MEANS.get(k, 1) + l21 * z + Math.sqrt(s.get(1, 1) - l21 * l21) * rng.nextGaussian());
        }
        return x;
    }

    static DMatrixRMaj responsibilities(DMatrixRMaj x) {
        DMatrixRMaj r = new DMatrixRMaj(x.numRows, 2);
        for (int i = 0; i < x.numRows; i++) {
            double r1 = responsibility(x.get(i, 0), x.get(i, 1));
            r.set(i, 0, 1 - r1);
            r.set(i, 1, r1);
        }
        return r;
    }

    /** Keeps a picture at twice its size under target/plots, for a person to look at. */
    static BufferedImage keep(String name, Picture picture) throws IOException {
        BufferedImage image = picture.toImage(2);
        Path folder = Files.createDirectories(Path.of("target", "plots"));
        ImageIO.write(image, "png", folder.resolve(name + ".png").toFile());
        return image;
    }

    /** An empty plot with labels on its axes. */
    static XyPlot labelled() {
        return Plots.xy().xLabel("x").yLabel("y");
    }

    /** The series whose names begin so. */
    static List<XYSeries> named(XYChart chart, String prefix) {
        return chart.getSeriesCollection().stream()
                .filter(s -> s.getName().startsWith(prefix))
                .toList();
    }

    static List<String> legend(XYChart chart) {
        return chart.getSeriesCollection().stream()
                .filter(XYSeries::isShowInLegend)
                .map(XYSeries::getLabel)
                .toList();
    }

    /** The message of the exception for what is refused. */
    static String failure(Runnable work) {
        return assertThrows(IllegalArgumentException.class, work::run).getMessage();
    }

    static int[] pixels(Picture picture) {
        return pixels(picture.toImage(1));
    }

    static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    static int brightness(Color c) {
        return c.getRed() + c.getGreen() + c.getBlue();
    }

    /** The matrix with its values as floats. */
    static FMatrixRMaj floats(DMatrixRMaj x) {
        FMatrixRMaj out = new FMatrixRMaj(x.numRows, x.numCols);
        for (int i = 0; i < out.data.length; i++) {
            out.data[i] = (float) x.data[i];
        }
        return out;
    }

    /** The matrix with values that floats hold as they are. */
    static DMatrixRMaj rounded(DMatrixRMaj x) {
        DMatrixRMaj out = x.copy();
        Arrays.setAll(out.data, i -> (float) x.data[i]);
        return out;
    }
}
