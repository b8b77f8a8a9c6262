package lvm.kernel.magic;

import java.util.List;
import java.util.TreeSet;

/** {@code %lsmagic}: lists all magics, or the forms of one. */
record ListMagic(Magics magics) implements Magic {

    @Override
    public List<String> forms() {
        return List.of("%lsmagic    lists what there is");
    }

    @Override
    public Object run(Use use) {
        String wanted = use.argument().replace("%", "");
        for (String form : magics.forms()) {
            if (wanted.isEmpty() || Magics.name(form).replace("%", "").equals(wanted)) {
                System.out.println(form);
            }
        }
        if (wanted.isEmpty()) {
            new TreeSet<>(magics.extra().lineMagics()).forEach(name -> System.out.println("%" + name));
            new TreeSet<>(magics.extra().cellMagics()).forEach(name -> System.out.println("%%" + name));
        }
        return null;
    }
}
