package lvm.data;

import java.util.SplittableRandom;
import lvm.random.Fill;
import org.ejml.data.FMatrixRMaj;

/**
 * Faces that the library draws itself, a set whose factors of variation are known: grey images of 28×20 in the size of
 * {@link FreyFaces}, row by row from the top left, values in [0,1]. They are no photographs.
 *
 * <p>There are two factors. The <em>identity</em>, one of K people, decides the shape of the head, skin, hair, where eyes, nose
 * and mouth are, the brows, and glasses; it is the label. The <em>expression</em> is two numbers, independent of the identity
 * and uniform: smile ∈ [−1,1], how far the corners of the mouth are up, and open ∈ [0,1], how far the mouth is open and the
 * brows are raised. A pixel is x = f(identity, smile, open) + ε with ε of deviation 0.015, cut to [0,1]; {@link #draw} is f.
 *
 * <p>The same seed gives the same bytes on every machine, and image i depends on the seed, K and i alone.
 */
public final class Faces {

    /** The pixels from top to bottom. */
    public static final int HEIGHT = FreyFaces.HEIGHT;

    /** The pixels from left to right. */
    public static final int WIDTH = FreyFaces.WIDTH;

    private static final int PIXELS = HEIGHT * WIDTH;

    private final Person[] people;
    private final Dataset images;
    private final Dataset expressions;

    private Faces(Person[] people, Dataset images, Dataset expressions) {
        this.people = people;
        this.images = images;
        this.expressions = expressions;
    }

    /**
     * Draws faces, of each person as many as of any other (one more or less where the number is no multiple of K), in random
     * order.
     *
     * @param rows the number of images, at least 1
     * @param people K, at least 2
     * @param seed the seed of everything random, the looks of the people included
     * @return the images and the factors that made them
     * @throws IllegalArgumentException if rows is not from 1 to 1,000,000, or people not from 2 to 100
     */
    public static Faces generate(int rows, int people, long seed) {
        if (rows < 1 || rows > 1_000_000 || people < 2 || people > 100) {
            throw new IllegalArgumentException("Faces.generate: " + rows + " rows of " + people
                    + " people, expected from 1 to 1000000 rows and from 2 to 100 people");
        }
        Person[] all = new Person[people];
        for (int k = 0; k < people; k++) {
            all[k] = Person.random(Digits.random(~seed, k));
        }
        byte[] bytes = new byte[rows * PIXELS];
        int[] labels = new int[rows];
        FMatrixRMaj expressions = new FMatrixRMaj(rows, 2);
        int[] order = new int[people];
        for (int i = 0; i < rows; i++) {
            if (i % people == 0) {
                Fill.permutation(order, Digits.random(seed, -1 - i));
            }
            labels[i] = order[i % people];
            SplittableRandom rng = Digits.random(seed, i);
            float smile = (float) (2 * rng.nextDouble() - 1);
            float open = (float) rng.nextDouble();
            expressions.set(i, 0, smile);
            expressions.set(i, 1, open);
            for (int j = 0; j < PIXELS; j++) {
                double value =
                        all[labels[i]].grey(j % WIDTH + 0.5, j / WIDTH + 0.5, smile, open) + 0.015 * Pen.normal(rng);
                bytes[i * PIXELS + j] = (byte) (int) (255 * Math.max(0, Math.min(1, value)) + 0.5);
            }
        }
        return new Faces(
                all,
                Dataset.ofOwnBytes(bytes, PIXELS, 255)
                        .asImages(HEIGHT, WIDTH)
                        .withClasses(labels, people)
                        .named("Faces, seed " + seed),
                Dataset.of(expressions).withColumns("smile", "open").named("expressions"));
    }

    /**
     * The images, with the identity as the label.
     *
     * @return n × 560 grey values in [0,1], with labels from 0 to K − 1
     */
    public Dataset images() {
        return images;
    }

    /** {@return the expressions that made the images, n×2: smile in [−1,1] and open in [0,1]} */
    public Dataset expressions() {
        return expressions;
    }

    /** {@return the number of people, K} */
    public int people() {
        return people.length;
    }

    /**
     * A face without noise: f(identity, smile, open).
     *
     * @param person the identity, from 0 to K − 1
     * @param smile how far the corners of the mouth are up, from −1 to 1
     * @param open how far the mouth is open, from 0 to 1
     * @return 1×560 grey values in [0,1]
     * @throws IllegalArgumentException if a number is out of range
     */
    public FMatrixRMaj draw(int person, double smile, double open) {
        if (person < 0 || person >= people.length || !(smile >= -1 && smile <= 1) || !(open >= 0 && open <= 1)) {
            throw new IllegalArgumentException("Faces.draw: person " + person + ", smile " + smile + ", open " + open
                    + ", expected a person from 0 to " + (people.length - 1)
                    + ", a smile from -1 to 1 and open from 0 to 1");
        }
        FMatrixRMaj face = new FMatrixRMaj(1, PIXELS);
        for (int j = 0; j < PIXELS; j++) {
            face.data[j] = (float) people[person].grey(j % WIDTH + 0.5, j / WIDTH + 0.5, smile, open);
        }
        return face;
    }

    /** What one person looks like; lengths in pixels, greys from 0 to 1. */
    private record Person(
            double halfWidth,
            double halfHeight,
            double skin,
            double wall,
            double hair,
            double hairline,
            double eyes,
            double spacing,
            double eyeSize,
            double brow,
            double nose,
            double mouth,
            double lips,
            boolean glasses) {

        private static final double X = WIDTH / 2.0;
        private static final double Y = 14.5;

        static Person random(SplittableRandom rng) {
            return new Person(
                    between(6.6, 8.6, rng),
                    between(10.6, 12.8, rng),
                    between(0.55, 0.85, rng),
                    between(0.1, 0.4, rng),
                    between(0.03, 0.45, rng),
                    between(5.5, 8.5, rng),
                    between(11.4, 13, rng),
                    between(2.7, 3.9, rng),
                    between(0.9, 1.35, rng),
                    between(0.45, 1.1, rng),
                    between(2.6, 4.6, rng),
                    between(19.4, 20.8, rng),
                    between(2.4, 3.5, rng),
                    rng.nextDouble() < 0.35);
        }

        private static double between(double low, double high, SplittableRandom rng) {
            return low + (high - low) * rng.nextDouble();
        }

        /** The grey of the point (x, y). */
        double grey(double x, double y, double smile, double open) {
            double grey = wall;
            double head = inside(x - X, y - Y, halfWidth, halfHeight);
            double scalp = inside(x - X, y - Y + 1.5, halfWidth + 1, halfHeight);
            double above = cut(hairline - y + 0.12 * (x - X) * (x - X) / halfWidth);
            grey = over(grey, hair, scalp * cut(Y + 2 - y));
            grey = over(grey, skin * (1 - 0.012 * Math.abs(x - X)), head);
            grey = over(grey, hair, Math.max(head, scalp) * above);
            for (int side = -1; side <= 1; side += 2) {
                double u = x - X - side * spacing;
                double v = y - eyes;
                grey = over(grey, 0.95, inside(u, v, 1.5 * eyeSize, eyeSize));
                grey = over(grey, 0.05, inside(u, v, 0.65 * eyeSize, 0.75 * eyeSize));
                double lift = y - (eyes - 2.1 - 0.9 * open) - 0.08 * u * u;
                grey = over(grey, 0.6 * hair, cut(brow - Math.abs(lift)) * cut(2 - Math.abs(u)));
                if (glasses) {
                    double rim = Math.abs(Math.sqrt(u * u + v * v) - 2.5);
                    grey = over(grey, 0.08, cut(0.15 - rim));
                }
            }
            grey = over(grey, skin - 0.2, cut(0.25 - Math.abs(x - X)) * cut(y - eyes) * cut(eyes + nose - y));
            return mouth(grey, x - X, y, smile, open);
        }

        private double mouth(double grey, double u, double y, double smile, double open) {
            double share = u / lips;
            double half = 0.45 + 1.7 * open * Math.max(0, 1 - share * share);
            double centre = mouth + 0.6 * open + 1.6 * smile * (0.4 - share * share);
            double dark = cut(half - Math.abs(y - centre)) * cut(lips - Math.abs(u));
            return over(grey, 0.12, dark);
        }

        private static double over(double below, double above, double cover) {
            return below + cover * (above - below);
        }

        /** 1 within, 0 beyond, for a signed distance from the border. */
        private static double cut(double distance) {
            return Math.max(0, Math.min(1, 0.5 + distance));
        }

        /** 1 within an ellipse, 0 beyond, and between them near its border. */
        private static double inside(double u, double v, double a, double b) {
            double radius = Math.sqrt(u * u / (a * a) + v * v / (b * b));
            return cut((1 - radius) * Math.min(a, b));
        }
    }
}
