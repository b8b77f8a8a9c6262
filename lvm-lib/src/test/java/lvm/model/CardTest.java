package lvm.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

class CardTest {
    @Test
    void whatHasNoTextOfItsOwnIsGiven() {
        IntSupplier function = () -> 3;
        Map<String, String> settings = Card.of("Toy")
                .setting("function", function)
                .setting("beside", "Gaussian, %s", function)
                .setting("object", new Object())
                .setting("list", List.of(1, 2))
                .setting("number", .5)
                .setting("nothing", (Object) null)
                .summary(History.closedForm())
                .settings();
        assertEquals(
                "{function=given, beside=Gaussian, given, object=given, list=[1, 2], number=0.5, nothing=null}",
                settings.toString());
    }
}
