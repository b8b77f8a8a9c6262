package lvm.plot;

import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import lvm.data.Dataset;
import lvm.data.ImageShape;
import lvm.linalg.Doubles;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.Matrix;

/**
 * Rows of images with a label at the left of each: what goes in, and what each of several models makes of it.
 *
 * <pre>{@code
 * Plots.imageRows(28, 28).row("x", unseen.slice(0, 10)).row("PCA, K = 10", pca.reconstruct(x)).row("VAE", vae.reconstruct(x))
 * }</pre>
 *
 * <p>A row that is shorter than the longest one ends earlier. Pixels that are NaN, such as those that were not observed, have the
 * colour of the gaps.
 */
public final class ImageRows implements Picture {
    private final ImageShape shape;
    private final List<String> labels = new ArrayList<>();
    private final List<DMatrixRMaj> rows = new ArrayList<>();
    private UnaryOperator<ImageGrid> settings = grid -> grid;

    ImageRows(ImageShape shape) {
        this.shape = shape;
    }

    /**
     * Adds a row of images.
     *
     * @param label the text at its left, may be empty
     * @param images an image a row, of either precision; pixels may be NaN; copied
     * @return this
     * @throws IllegalArgumentException if there is none, or the images are of another size
     */
    public ImageRows row(String label, Matrix images) {
        if (images.getNumRows() == 0 || images.getNumCols() != shape.size()) {
            throw new IllegalArgumentException("ImageRows.row: " + images.getNumRows() + " rows of "
                    + images.getNumCols() + " values, expected images of " + shape);
        }
        labels.add(label);
        DMatrixRMaj x = Doubles.of("ImageRows.row", images);
        rows.add(x == images ? x.copy() : x);
        return this;
    }

    /**
     * Adds a row of images.
     *
     * @param label the text at its left, may be empty
     * @param images the images; of data that are binarised anew at each reading one reading
     * @return this
     * @throws IllegalArgumentException if the images are of another size
     */
    public ImageRows row(String label, Dataset images) {
        return row(label, images.matrix(new SplittableRandom(0)));
    }

    /**
     * Adds several rows, with as many images to a row.
     *
     * @param label the text at the left of the first of them, may be empty
     * @param images an image a row of the matrix
     * @param perRow how many images make a row
     * @return this
     * @throws IllegalArgumentException if there is none, the images are of another size, or perRow is below 1
     */
    public ImageRows rows(String label, Matrix images, int perRow) {
        if (perRow < 1) {
            throw new IllegalArgumentException("ImageRows.rows: " + perRow + " images to a row, expected at least 1");
        }
        DMatrixRMaj x = Doubles.of("ImageRows.rows", images);
        for (int from = 0; from < x.numRows; from += perRow) {
            int to = Math.min(x.numRows, from + perRow);
            double[] part = Arrays.copyOfRange(x.data, from * x.numCols, to * x.numCols);
            row(from == 0 ? label : "", DMatrixRMaj.wrap(to - from, x.numCols, part));
        }
        return this;
    }

    private ImageRows set(UnaryOperator<ImageGrid> setting) {
        UnaryOperator<ImageGrid> before = settings;
        settings = grid -> setting.apply(before.apply(grid));
        return this;
    }

    /**
     * A title above the images.
     *
     * @param title a line of text
     * @return this
     */
    public ImageRows title(String title) {
        return set(grid -> grid.title(title));
    }

    /**
     * Labels above the columns.
     *
     * @param texts a text for each column, from the left
     * @return this
     */
    public ImageRows columnLabels(String... texts) {
        return set(grid -> grid.columnLabels(texts));
    }

    /**
     * The images magnified, see {@link ImageGrid#scale}.
     *
     * @param scale logical pixels a pixel of an image, 1 to 32
     * @return this
     */
    public ImageRows scale(int scale) {
        return set(grid -> grid.scale(scale));
    }

    /**
     * The values that are black and white, by default 0 and 1.
     *
     * @param black the lower end
     * @param white the upper end
     * @return this
     */
    public ImageRows range(double black, double white) {
        return set(grid -> grid.range(black, white));
    }

    /**
     * Blue for negative and brown for positive values, from −m to m with the largest absolute value m of all rows.
     *
     * @return this
     */
    public ImageRows diverging() {
        return set(ImageGrid::diverging);
    }

    /**
     * Blue for negative and brown for positive values.
     *
     * @param m the absolute value of the strongest colours, positive
     * @return this
     */
    public ImageRows diverging(double m) {
        return set(grid -> grid.diverging(m));
    }

    /**
     * A bar at the right that says which value has which colour.
     *
     * @return this
     */
    public ImageRows colorBar() {
        return set(ImageGrid::colorBar);
    }

    /**
     * The grid that is shown.
     *
     * @return all rows as one grid
     * @throws IllegalArgumentException if there is no row, or a setting is out of range
     */
    public ImageGrid build() {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("ImageRows.build: no row of images; add one by row(label, images)");
        }
        int columns = rows.stream().mapToInt(row -> row.numRows).max().orElseThrow();
        double[] values = new double[rows.size() * columns * shape.size()];
        Arrays.fill(values, Double.NaN);
        for (int r = 0; r < rows.size(); r++) {
            DMatrixRMaj row = rows.get(r);
            System.arraycopy(row.data, 0, values, r * columns * shape.size(), row.getNumElements());
        }
        ImageGrid grid = ImageGrid.of(values, shape, columns);
        boolean named = labels.stream().anyMatch(label -> !label.isBlank());
        return settings.apply(named ? grid.rowLabels(labels.toArray(new String[0])) : grid);
    }

    @Override
    public int width() {
        return build().width();
    }

    @Override
    public int height() {
        return build().height();
    }

    @Override
    public void paint(Graphics2D g) {
        build().paint(g);
    }

    @Override
    public String description() {
        return build().description();
    }

    @Override
    public String toString() {
        return "ImageRows of " + rows.size() + " rows of images of " + shape;
    }
}
