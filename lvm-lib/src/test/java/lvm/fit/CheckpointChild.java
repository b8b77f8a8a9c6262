package lvm.fit;

import java.nio.file.Path;
import java.time.Duration;
import lvm.store.StoreProbe;

/** Trains in a process of its own and stops for ever at a point within the writing of a checkpoint. */
final class CheckpointChild {
    private CheckpointChild() {}

    public static void main(String[] args) {
        Toy toy = new Toy();
        Fit fit = toy.fit(Toy.options().checkpoint(Path.of(args[0])).checkpointInterval(Duration.ZERO));
        fit.listener(epoch -> {
            if (epoch.epoch() == 5) {
                StoreProbe.set(point -> {
                    if (point.equals(args[1])) {
                        System.out.println(point);
                        while (true) {
                            java.util.concurrent.locks.LockSupport.park();
                        }
                    }
                });
            }
        });
        fit.run(Toy.data());
    }
}
