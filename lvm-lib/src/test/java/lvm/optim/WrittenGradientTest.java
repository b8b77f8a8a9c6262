package lvm.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lvm.autodiff.Param;
import lvm.autodiff.Tape;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

/** A gradient that was written by hand counts as one of a backward pass does. */
class WrittenGradientTest {
    private final Param p = new Param("p", new FMatrixRMaj(1, 3, true, 1, 2, 3));
    private final Sgd sgd = new Sgd(List.of(p), 0.5);

    private static FMatrixRMaj row(float... values) {
        return new FMatrixRMaj(1, values.length, true, values);
    }

    private void moved(float... to) {
        assertArrayEquals(to, p.value().data);
        assertFalse(p.hasGradient());
    }

    /** ∂ Σ 2x. */
    private void backward() {
        Tape tape = new Tape();
        tape.backward(tape.param(p).mul(2).sum());
    }

    @Test
    void statisticsThatAreAddedMoveTheParameter() {
        p.addGradient(row(2, 0, 4));
        p.addGradient(row(0, 2, 0));
        assertTrue(p.hasGradient());
        assertEquals(Math.sqrt(24), sgd.gradientNorm(), 1e-6);
        sgd.step();
        moved(0, 1, 1);
        sgd.step();
        moved(0, 1, 1);
    }

    /** Also the same numbers as in the step before, and through a reference that was kept. */
    @Test
    void whatIsWrittenIntoTheMatrixIsUsed() {
        FMatrixRMaj gradient = p.gradient();
        for (int step = 1; step <= 3; step++) {
            assertFalse(p.hasGradient());
            gradient.setTo(row(2, 0, -2));
            assertTrue(p.hasGradient());
            sgd.step();
            moved(1 - step, 2, 3 + step);
        }
        sgd.step();
        moved(-2, 2, 6);
    }

    @Test
    void whatIsWrittenAfterABackwardPassIsUsed() {
        backward();
        p.gradient().set(0, 1, 0);
        sgd.step();
        moved(0, 2, 2);
    }

    @Test
    void backwardPassesAddToWhatIsWritten() {
        p.gradient().set(0, 0, 4);
        backward();
        sgd.step();
        moved(-2, 1, 2);
        p.addGradient(row(1, 1, 1));
        backward();
        assertArrayEquals(new float[] {3, 3, 3}, p.gradient().data);
    }

    @Test
    void aGradientIsZeroWhenItWasUsed() {
        backward();
        sgd.step();
        assertArrayEquals(new float[3], p.gradient().data);
        moved(0, 1, 2);
        sgd.step();
        moved(0, 1, 2);
    }

    @Test
    void aGradientOfAnotherShapeIsNamed() {
        assertEquals(
                "Param.addGradient: the gradient is 1×2, p is 1×3",
                assertThrows(IllegalArgumentException.class, () -> p.addGradient(row(1, 2)))
                        .getMessage());
        assertThrows(IllegalStateException.class, p::gradientToUse);
    }
}
