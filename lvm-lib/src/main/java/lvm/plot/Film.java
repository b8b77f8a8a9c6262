package lvm.plot;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.TextLayout;
import java.util.List;
import java.util.Objects;

/**
 * Pictures of one size that are shown one after the other, with play, pause, steps and a slider; on paper one of them, the
 * poster. Immutable: every setting gives a new film.
 *
 * <p>A notebook shows it without a kernel and without a script; where a page takes the style away, too, as front ends do in
 * a notebook that is not trusted, all frames stand side by side. Frames are drawn at twice their size for sharp screens,
 * and at their own size where they would take more than {@link #MOST_BYTES} in the notebook; what is larger even then is
 * refused when it is shown.
 *
 * <p>The eye follows what moves only if all else stays: give plots the same {@code xRange} and {@code yRange} in every
 * frame, and images the same {@code range}. A frame that is a builder is drawn when the film is shown; make a new one for each.
 */
public final class Film implements Picture {

    /** The most frames of a film. */
    public static final int MOST_FRAMES = 60;

    /** The most bytes that a film takes in a notebook, with its poster. */
    public static final int MOST_BYTES = 500_000;

    /** How many frames a second has when nothing else is set. */
    public static final double DEFAULT_FRAMES_PER_SECOND = 4;

    private static final double MOST_FRAMES_PER_SECOND = 30;
    private static final int HEADING_HEIGHT = 30;
    private static final int MARGIN = 4;

    private final List<Picture> frames;
    private final String title;
    private final List<String> labels;
    private final int poster;
    private final double framesPerSecond;

    private Film(List<Picture> frames, String title, List<String> labels, int poster, double framesPerSecond) {
        this.frames = frames;
        this.title = title;
        this.labels = labels;
        this.poster = poster;
        this.framesPerSecond = framesPerSecond;
    }

    static Film of(List<? extends Picture> given) {
        List<Picture> frames = List.copyOf(given);
        int n = frames.size();
        if (n < 2 || n > MOST_FRAMES) {
            throw new IllegalArgumentException("Plots.film: a film of " + n + " frames, expected 2 to " + MOST_FRAMES
                    + "; leave some out if there are more");
        }
        for (int i = 1; i < n; i++) {
            if (!size(frames.get(i)).equals(size(frames.get(0)))) {
                throw new IllegalArgumentException("Plots.film: frame " + i + " has " + size(frames.get(i))
                        + " pixels, frame 0 has " + size(frames.get(0)) + "; give all frames one size");
            }
        }
        return new Film(frames, "", List.of(), n - 1, DEFAULT_FRAMES_PER_SECOND);
    }

    private static String size(Picture picture) {
        return picture.width() + "×" + picture.height();
    }

    /**
     * A title above the frames.
     *
     * @param title a line of text
     * @return a new film
     */
    public Film title(String title) {
        Objects.requireNonNull(title, "Film.title");
        return new Film(frames, title, labels, poster, framesPerSecond);
    }

    /**
     * What is said beside the slider of each frame, such as "epoch 3".
     *
     * @param labels a text for each frame
     * @return a new film
     * @throws IllegalArgumentException if there are more or fewer than frames
     */
    public Film labels(String... labels) {
        if (labels.length != frames.size()) {
            throw new IllegalArgumentException("Film.labels: " + labels.length + " labels for " + frames.size()
                    + " frames, expected one for each");
        }
        return new Film(frames, title, List.of(labels), poster, framesPerSecond);
    }

    /**
     * The frame that is seen before the film is played, and on paper; by default the last.
     *
     * @param frame counted from 0
     * @return a new film
     * @throws IllegalArgumentException if there is no such frame
     */
    public Film poster(int frame) {
        if (frame < 0 || frame >= frames.size()) {
            throw new IllegalArgumentException(
                    "Film.poster: frame " + frame + ", expected 0 to " + (frames.size() - 1));
        }
        return new Film(frames, title, labels, frame, framesPerSecond);
    }

    /**
     * How fast it plays; by default {@link #DEFAULT_FRAMES_PER_SECOND}.
     *
     * @param framesPerSecond more than 0, at most 30
     * @return a new film
     * @throws IllegalArgumentException if it is out of range
     */
    public Film framesPerSecond(double framesPerSecond) {
        if (!(framesPerSecond > 0 && framesPerSecond <= MOST_FRAMES_PER_SECOND)) {
            throw new IllegalArgumentException("Film.framesPerSecond: " + framesPerSecond
                    + ", expected more than 0 and at most " + (int) MOST_FRAMES_PER_SECOND);
        }
        return new Film(frames, title, labels, poster, framesPerSecond);
    }

    /** {@return the frames in the order in which they are shown} */
    public List<Picture> frames() {
        return frames;
    }

    /** {@return the title, empty if there is none} */
    public String title() {
        return title;
    }

    /**
     * What is said of a frame: which it is, and its label.
     *
     * @param frame counted from 0
     * @return such as "3 of 12: t = 2", in which frames are counted from 1
     */
    public String caption(int frame) {
        String place = frame + 1 + " of " + frames.size();
        return labels.isEmpty() || labels.get(frame).isBlank() ? place : place + ": " + labels.get(frame);
    }

    /** {@return the frame that stands for the film, counted from 0} */
    public int poster() {
        return poster;
    }

    /** {@return how many frames a second has} */
    public double framesPerSecond() {
        return framesPerSecond;
    }

    /** What stands above the poster; a label alone says which frame it is. */
    private String heading() {
        String label = labels.isEmpty() ? "" : labels.get(poster);
        return title.isBlank() || label.isBlank() ? title + label : title + ", " + label;
    }

    private int top() {
        return heading().isBlank() ? 0 : HEADING_HEIGHT;
    }

    @Override
    public int width() {
        return frames.get(0).width();
    }

    @Override
    public int height() {
        return frames.get(0).height() + top();
    }

    /** Paints the poster, below the title and its label. */
    @Override
    public void paint(Graphics2D g) {
        Paper.paint(g, own -> {
            if (top() > 0) {
                own.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
                own.setColor(Palette.DARK);
                Font font = PlotTheme.font(14).deriveFont(Font.BOLD);
                TextLayout text = Paper.title(Labels.fitting(heading(), font, width() - 2 * MARGIN));
                double middle = (width() - text.getBounds().getWidth()) / 2;
                text.draw(own, (float) Math.max(MARGIN, middle), HEADING_HEIGHT - 10);
            }
            own.translate(0, top());
            frames.get(poster).paint(own);
        });
    }

    @Override
    public String description() {
        return (title.isBlank() ? "" : title + ": ") + "a film of " + frames.size() + " frames. Frame "
                + caption(poster) + ". " + frames.get(poster).description();
    }

    @Override
    public String toString() {
        return "Film" + (title.isBlank() ? "" : " \"" + title + "\"") + " of " + frames.size() + " frames, "
                + size(frames.get(0)) + " pixels";
    }
}
