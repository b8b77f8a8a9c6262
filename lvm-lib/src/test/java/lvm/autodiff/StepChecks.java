package lvm.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.DoubleSupplier;

/** What a step of training is held to: its gradients are differences, and it allocates next to nothing. */
public final class StepChecks {
    private StepChecks() {}

    /**
     * The gradients that the parameters hold are central differences.
     *
     * @param value the value at the parameters as they are, with the same noise at every call
     * @param h how far each element is moved
     * @param relative the error allowed, as a part of the largest element of a parameter's gradient or of 0.1
     * @param absolute what is allowed beside it, for the rounding of the value
     * @return how many elements have differences beyond 0.001
     */
    public static int assertGradients(
            List<Param> params, DoubleSupplier value, float h, double relative, double absolute) {
        int moved = 0;
        for (Param p : params) {
            double scale = 0.1;
            for (float g : p.gradient().data) {
                scale = Math.max(scale, Math.abs(g));
            }
            float[] elements = p.value().data;
            for (int i = 0; i < p.value().getNumElements(); i++) {
                float at = elements[i];
                elements[i] = at + h;
                double above = elements[i];
                double up = value.getAsDouble();
                elements[i] = at - h;
                double difference = (up - value.getAsDouble()) / (above - elements[i]);
                elements[i] = at;
                assertEquals(difference, p.gradient().data[i], relative * scale + absolute, p + ", element " + i);
                moved += Math.abs(difference) > 1e-3 ? 1 : 0;
            }
        }
        return moved;
    }

    /** The bytes that this thread allocates in a step: the least of some, as loading and compiling classes allocates. */
    public static long allocated(Runnable step) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 12; round++) {
            long before = threads.getThreadAllocatedBytes(self);
            step.run();
            if (round > 1) {
                least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
            }
        }
        return least;
    }
}
