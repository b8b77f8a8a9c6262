package lvm.display;

/** Plain text on standard output: the first and the last state are printed, a line each. */
final class TextOutput implements LiveOutput {

    @Override
    public Handle show(Object value) {
        System.out.println(value);
        return new Handle() {
            @Override
            public void update(Object next) {
                // A terminal keeps the first and the last state; what lies between would fill the screen.
            }

            @Override
            public void close(Object last) {
                System.out.println(last);
            }
        };
    }
}
