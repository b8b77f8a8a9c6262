package lvm.nn;

import java.util.ArrayList;
import java.util.List;
import lvm.autodiff.Param;
import org.ejml.data.FMatrixRMaj;

/** Copies what modules have learnt. */
final class Modules {
    private Modules() {}

    private record Named(String name, FMatrixRMaj value) {
        String shape() {
            return value.numRows + "×" + value.numCols;
        }
    }

    private static List<Named> all(Module module) {
        List<Named> all = new ArrayList<>();
        for (Param p : module.params()) {
            all.add(new Named(p.name(), p.value()));
        }
        module.buffers().forEach((name, m) -> all.add(new Named(name, m)));
        return all;
    }

    static void copy(Module from, Module to) {
        List<Named> source = all(from);
        List<Named> target = all(to);
        List<String> found = source.stream().map(Named::name).toList();
        List<String> expected = target.stream().map(Named::name).toList();
        if (!found.equals(expected)) {
            throw new IllegalArgumentException("Module.copyFrom: there are " + found + ", expected " + expected);
        }
        for (int k = 0; k < target.size(); k++) {
            if (!source.get(k).shape().equals(target.get(k).shape())) {
                throw new IllegalArgumentException("Module.copyFrom: \"" + found.get(k) + "\" is "
                        + source.get(k).shape() + ", expected " + target.get(k).shape());
            }
        }
        for (int k = 0; k < target.size(); k++) {
            target.get(k).value.setTo(source.get(k).value);
        }
    }
}
