package lvm.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

class SequencesTest {
    private static final FMatrixRMaj A = new FMatrixRMaj(new float[][] {{1, 2}, {3, 4}, {5, 6}});
    private static final FMatrixRMaj B = new FMatrixRMaj(new float[][] {{7, 8}});

    private static String message(Runnable bad) {
        return assertThrows(IllegalArgumentException.class, bad::run).getMessage();
    }

    @Test
    void pieces() {
        FMatrixRMaj mine = A.copy();
        Sequences both = Sequences.of(mine, B).named("two");
        mine.set(0, 0, 99);
        both.piece(0).set(0, 0, 98);
        assertEquals(1, both.piece(0).get(0, 0));
        assertEquals("two: 2 pieces, 4 frames of 2 columns", both.toString());
        assertEquals(3, both.length(0));
        assertEquals(1, both.slice(1, 2).frames());
        assertEquals(7, both.slice(1, 2).piece(0).get(0, 0));
        float[] frame = new float[3];
        both.copyFrame(0, 2, frame, 1);
        assertArrayEquals(new float[] {0, 5, 6}, frame);
        assertEquals(1, Sequences.of(Dataset.of(A)).size());
    }

    /** Now first, then what was before; zeros before the beginning, and nothing of another piece. */
    @Test
    void windows() {
        FMatrixRMaj rows = Sequences.of(A, B).windows(2).floatMatrix();
        float[][] expected = {{1, 2, 0, 0, 0, 0}, {3, 4, 1, 2, 0, 0}, {5, 6, 3, 4, 1, 2}, {7, 8, 0, 0, 0, 0}};
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 6; j++) {
                assertEquals(expected[i][j], rows.get(i, j));
            }
        }
        assertEquals(2, Sequences.of(A, B).rows().dim());
    }

    @Test
    void digests() {
        Sequences cut = Sequences.of(new FMatrixRMaj(new float[][] {{1, 2}, {3, 4}}), new FMatrixRMaj(new float[][] {
            {5, 6}, {7, 8}
        }));
        assertEquals(Sequences.of(A, B).digest(), Sequences.of(A, B).digest());
        assertNotEquals(Sequences.of(A, B).digest(), cut.digest());
        assertNotEquals(Sequences.of(A, B).digest(), Sequences.of(B, A).digest());
    }

    @Test
    void badPieces() {
        assertTrue(message(() -> Sequences.of(List.of())).contains("there is no piece"));
        assertTrue(message(() -> Sequences.of(A, new FMatrixRMaj(0, 2))).contains("piece 1 is 0×2"));
        assertTrue(message(() -> Sequences.of(new FMatrixRMaj(1, 0))).contains("at least one column"));
        String ragged = message(() -> Sequences.of(A, new FMatrixRMaj(2, 3)));
        assertTrue(ragged.contains("piece 1 have 3 columns, those of piece 0 have 2"), ragged);
        FMatrixRMaj nan = A.copy();
        nan.set(2, 1, Float.NaN);
        assertTrue(message(() -> Sequences.of(B, nan)).contains("piece 1 has NaN in frame 2, column 1"));
        assertTrue(message(() -> Sequences.of(A).windows(-1)).contains("order is -1"));
        assertTrue(message(() -> Sequences.of(A).piece(1)).contains("expected from 0 to 0"));
        assertTrue(message(() -> Sequences.of(A).slice(0, 0)).contains("not empty"));
    }

    /** Between frames in which nothing meets, every ball goes straight on; the sums of speed and of its squares stay. */
    @Test
    void ballsBounce() {
        Sequences film = BouncingBalls.generate(3, 60, 3, 16, 4);
        assertEquals(film.digest(), BouncingBalls.generate(3, 60, 3, 16, 4).digest());
        assertEquals(
                film.slice(1, 2).digest(),
                BouncingBalls.generate(2, 60, 3, 16, 4).slice(1, 2).digest());
        assertNotEquals(film.digest(), BouncingBalls.generate(3, 60, 3, 16, 5).digest());
        double area = 3 * Math.PI * BouncingBalls.RADIUS * BouncingBalls.RADIUS * 256;
        for (int k = 0; k < 3; k++) {
            FMatrixRMaj frames = film.piece(k);
            for (int t = 0; t < 60; t++) {
                double sum = 0;
                for (int j = 0; j < 256; j++) {
                    sum += frames.get(t, j);
                    assertTrue(frames.get(t, j) >= 0 && frames.get(t, j) <= 1);
                }
                assertEquals(area, sum, .06 * area, "the balls stay whole, piece " + k + ", frame " + t);
            }
        }
        // One ball: its centre moves by SPEED unless it turns at a wall.
        FMatrixRMaj one = BouncingBalls.generate(1, 100, 1, 40, 1).piece(0);
        int straight = 0;
        for (int t = 0; t + 1 < 100; t++) {
            double dx = centre(one, t + 1, 0) - centre(one, t, 0);
            double dy = centre(one, t + 1, 1) - centre(one, t, 1);
            double way = Math.hypot(dx, dy);
            assertTrue(way < 1.05 * BouncingBalls.SPEED);
            straight += Math.abs(way - BouncingBalls.SPEED) < .02 * BouncingBalls.SPEED ? 1 : 0;
        }
        assertTrue(straight > 80, straight + " of 99");
        assertTrue(message(() -> BouncingBalls.generate(1, 0, 1, 16, 1)).contains("0 frames"));
    }

    private static double centre(FMatrixRMaj film, int t, int axis) {
        double sum = 0;
        double mass = 0;
        for (int j = 0; j < 1600; j++) {
            double x = film.get(t, j);
            mass += x;
            sum += x * ((axis == 0 ? j % 40 : j / 40) + .5) / 40;
        }
        return sum / mass;
    }
}
