package lvm.data;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.ejml.data.FMatrixRMaj;

/**
 * Pieces of frames in the order of time, such as the chords of a chorale or the pictures of a film: every piece is a matrix whose rows are
 * its frames, xᵗ ∈ ℝᴰ, and pieces may have different lengths. Immutable.
 *
 * <p>Models of sequences take them as they are; {@link #windows} makes ordinary rows of them, for models of a frame given those before it.
 */
public final class Sequences {
    private final List<FMatrixRMaj> pieces;
    private final int frames;
    private final String name;

    private Sequences(List<FMatrixRMaj> pieces, String name) {
        this.pieces = pieces;
        this.name = name;
        frames = pieces.stream().mapToInt(piece -> piece.numRows).sum();
    }

    /**
     * Pieces of frames.
     *
     * @param pieces at least one, each T×D with T of at least 1 and the same D, finite numbers; copied
     * @return the sequences
     * @throws IllegalArgumentException if there is no piece, one has no frame or frames without columns, the pieces have different numbers of
     *     columns, or a number is not finite
     */
    public static Sequences of(List<FMatrixRMaj> pieces) {
        if (pieces.isEmpty()) {
            throw new IllegalArgumentException("Sequences.of: there is no piece");
        }
        List<FMatrixRMaj> copies = new ArrayList<>();
        for (int k = 0; k < pieces.size(); k++) {
            FMatrixRMaj piece = Objects.requireNonNull(pieces.get(k), "Sequences.of: a piece is null");
            if (piece.numRows < 1 || piece.numCols < 1) {
                throw new IllegalArgumentException("Sequences.of: piece " + k + " is " + piece.numRows + "×"
                        + piece.numCols + ", expected at least one frame with at least one column");
            }
            if (piece.numCols != pieces.get(0).numCols) {
                throw new IllegalArgumentException("Sequences.of: the frames of piece " + k + " have " + piece.numCols
                        + " columns, those of piece 0 have " + pieces.get(0).numCols
                        + "; all frames need the same columns, only the number of frames may differ");
            }
            for (int i = 0; i < piece.getNumElements(); i++) {
                if (!Float.isFinite(piece.data[i])) {
                    throw new IllegalArgumentException("Sequences.of: piece " + k + " has " + piece.data[i]
                            + " in frame " + i / piece.numCols + ", column " + i % piece.numCols
                            + ", expected finite numbers");
                }
            }
            copies.add(piece.copy());
        }
        return new Sequences(List.copyOf(copies), "");
    }

    /**
     * Pieces of frames.
     *
     * @param pieces as for {@link #of(List)}
     * @return the sequences
     * @throws IllegalArgumentException as {@link #of(List)}
     */
    public static Sequences of(FMatrixRMaj... pieces) {
        return of(List.of(pieces));
    }

    /**
     * The rows of a data set as the frames of one piece, in their order.
     *
     * @param data at least one row; not modified
     * @return one piece
     * @throws IllegalArgumentException as {@link #of(List)}
     */
    public static Sequences of(Dataset data) {
        return of(data.floatMatrix()).named(data.name());
    }

    /**
     * The same pieces under a name.
     *
     * @param name for summaries
     * @return the sequences
     */
    public Sequences named(String name) {
        return new Sequences(pieces, Objects.requireNonNull(name, "Sequences.named: name"));
    }

    /** {@return the number of pieces} */
    public int size() {
        return pieces.size();
    }

    /** {@return the number of frames of all pieces} */
    public int frames() {
        return frames;
    }

    /** {@return the number of columns of a frame, D} */
    public int dim() {
        return pieces.get(0).numCols;
    }

    /**
     * A piece.
     *
     * @param k its number, from 0
     * @return T×D, a copy
     * @throws IllegalArgumentException if there is no such piece
     */
    public FMatrixRMaj piece(int k) {
        requirePiece("Sequences.piece", k);
        return pieces.get(k).copy();
    }

    /**
     * The length of a piece.
     *
     * @param k its number, from 0
     * @return the number of its frames, T
     * @throws IllegalArgumentException if there is no such piece
     */
    public int length(int k) {
        requirePiece("Sequences.length", k);
        return pieces.get(k).numRows;
    }

    private void requirePiece(String where, int k) {
        if (k < 0 || k >= pieces.size()) {
            throw new IllegalArgumentException(where + ": piece " + k + ", expected from 0 to " + (pieces.size() - 1));
        }
    }

    /**
     * Copies a frame, without the copy of its piece.
     *
     * @param piece the number of the piece, from 0
     * @param frame the number of the frame in it, from 0
     * @param to where the D numbers are written
     * @param at the first place
     * @throws IndexOutOfBoundsException if there is no such frame or no room
     */
    public void copyFrame(int piece, int frame, float[] to, int at) {
        FMatrixRMaj from = pieces.get(piece);
        if (frame < 0 || frame >= from.numRows) {
            throw new IndexOutOfBoundsException("Sequences.copyFrame: frame " + frame + " of " + from.numRows);
        }
        System.arraycopy(from.data, frame * from.numCols, to, at, from.numCols);
    }

    /**
     * Some of the pieces.
     *
     * @param from the first
     * @param to the one after the last
     * @return those
     * @throws IllegalArgumentException if the range is empty or not in the sequences
     */
    public Sequences slice(int from, int to) {
        if (!(0 <= from && from < to && to <= pieces.size())) {
            throw new IllegalArgumentException("Sequences.slice: pieces " + from + " to " + to + " of " + pieces.size()
                    + ", expected a range that is not empty");
        }
        return new Sequences(pieces.subList(from, to), name);
    }

    /**
     * All frames, one piece after the other.
     *
     * @return as many rows as there are frames, of D columns
     */
    public Dataset rows() {
        return windows(0);
    }

    /**
     * Every frame with those before it: rows (xᵗ, xᵗ⁻¹, …, xᵗ⁻ᵐ), one for each frame of each piece. Before the first frame of a piece there
     * are zeros.
     *
     * @param order m, the number of frames before, at least 0
     * @return as many rows as there are frames, of D (m + 1) columns
     * @throws IllegalArgumentException if m is negative
     */
    public Dataset windows(int order) {
        if (order < 0) {
            throw new IllegalArgumentException("Sequences.windows: order is " + order + ", expected at least 0");
        }
        int d = dim();
        FMatrixRMaj rows = new FMatrixRMaj(frames, d * (order + 1));
        int row = 0;
        for (FMatrixRMaj piece : pieces) {
            for (int t = 0; t < piece.numRows; t++, row++) {
                for (int back = 0; back <= Math.min(order, t); back++) {
                    System.arraycopy(piece.data, (t - back) * d, rows.data, row * rows.numCols + back * d, d);
                }
            }
        }
        return Dataset.of(rows).named(name);
    }

    /**
     * A digest of all numbers and of where the pieces end.
     *
     * @return 64 hexadecimal digits; other sequences have another digest
     */
    public String digest() {
        MessageDigest sha = Sha256.start();
        Sha256.add(sha, pieces.size(), dim());
        for (FMatrixRMaj piece : pieces) {
            Sha256.add(sha, piece.numRows);
            for (int i = 0; i < piece.getNumElements(); i++) {
                Sha256.add(sha, Float.floatToIntBits(piece.data[i]));
            }
        }
        return Sha256.hex(sha);
    }

    @Override
    public String toString() {
        return (name.isEmpty() ? "" : name + ": ") + size() + " pieces, " + frames + " frames of " + dim() + " columns";
    }
}
