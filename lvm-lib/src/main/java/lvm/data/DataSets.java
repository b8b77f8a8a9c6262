package lvm.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;

/** What {@code ./lvm data} prints: the data sets, whether the shipped ones are whole, and where the others are looked for. */
final class DataSets {
    private static final List<String> WORDS = List.of("mnist", "fashion", "svhn", "frey", "jsb");

    private DataSets() {}

    /**
     * Prints the list.
     *
     * @param args nothing, or a word of {@link #WORDS} to have that one downloaded where it is missing
     */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        boolean good = true;
        if (args.length == 1 && WORDS.contains(args[0])) {
            try {
                load(args[0]).forEach(out::println);
            } catch (UncheckedIOException e) {
                out.println(e.getMessage());
                good = false;
            }
        } else if (args.length > 0) {
            out.println("lvm: data: there is no '" + String.join(" ", args) + "', only " + String.join(", ", WORDS));
            good = false;
        } else {
            good = shipped(out);
            out.println("Drawn by the library from a seed: Bars, DeadLeaves, Digits, Faces, HouseNumbers,"
                    + " Toy2d, PlanarEnergy, Sources, BouncingBalls");
            mnist(out, Mnist.place(System::getProperty, System::getenv), Mnist.FILES);
            idx(out, FashionMnist.SET, "fashion", "FashionMnist", FashionMnist.place());
            published(out, "SVHN", "svhn", "Svhn", Svhn.place(), Svhn.FILES);
            published(out, "frey_rawface.mat", "frey", "FreyFaces", FreyFaces.place(), List.of(FreyFaces.FILE));
            published(out, "The file of the JSB chorales", "jsb", "Chorales", Chorales.place(), List.of(Chorales.FILE));
        }
        System.exit(good ? 0 : 1);
    }

    private static List<?> load(String name) {
        switch (name) {
            case "mnist" -> {
                Mnist mnist = Mnist.load();
                return List.of(mnist.train(), mnist.test());
            }
            case "fashion" -> {
                FashionMnist clothes = FashionMnist.load();
                return List.of(clothes.train(), clothes.test());
            }
            case "jsb" -> {
                Chorales chorales = Chorales.load();
                return List.of(chorales.train(), chorales.validation(), chorales.test());
            }
            case "svhn" -> {
                Svhn svhn = Svhn.load();
                return List.of(svhn.train(), svhn.test());
            }
            default -> {
                return List.of(FreyFaces.load());
            }
        }
    }

    static boolean shipped(PrintStream out) {
        String found = digest(OldFaithful.RESOURCE);
        boolean good = found.equals(OldFaithful.SHA256);
        out.println("In the library: " + OldFaithful.RESOURCE + ", 272 × 2, "
                + (good ? "whole" : "NOT WHOLE: SHA-256 " + found + ", expected " + OldFaithful.SHA256));
        return good;
    }

    static void mnist(PrintStream out, Mnist.Place place, List<Idx.Spec> files) {
        idx(out, Mnist.set(files), "mnist", "Mnist", place);
    }

    private static void idx(PrintStream out, IdxSet set, String word, String type, Mnist.Place place) {
        Path directory = place.directory().toAbsolutePath();
        out.println(set.title() + " is looked for in " + directory + " (" + place.because() + "):");
        int missing = 0;
        for (Idx.Spec spec : set.files()) {
            Path file = IdxSet.find(directory, spec);
            String state = "missing";
            if (file != null) {
                try {
                    Idx.read(file, spec);
                    state = "whole";
                } catch (IOException e) {
                    state = "not usable: " + e.getMessage();
                }
            }
            missing += state.equals("whole") ? 0 : 1;
            out.println("  " + spec.name() + ": " + state);
        }
        if (missing > 0) {
            out.println(
                    place.isCache()
                            ? type + ".load() or ./lvm data " + word
                                    + " downloads what is missing into it; a directory that has the"
                                    + " files is named by " + set.property() + " or " + set.variable()
                            : "Put the four files there, or name no directory to have them downloaded");
        }
    }

    static void published(
            PrintStream out, String what, String word, String type, Mnist.Place place, List<PublishedFile> files) {
        out.println(what + " is looked for in " + place.directory().toAbsolutePath() + " (" + place.because() + "):");
        int missing = 0;
        for (PublishedFile spec : files) {
            Path file = place.directory().resolve(spec.name());
            String state = "missing";
            if (Files.isRegularFile(file)) {
                try {
                    spec.verify(file);
                    state = spec.sha256().isEmpty() ? "there, no digest of it is known" : "whole";
                } catch (IOException e) {
                    state = "not usable: " + e.getMessage();
                }
            }
            missing += state.equals("missing") || state.startsWith("not") ? 1 : 0;
            out.println("  " + spec.name() + ": " + state);
        }
        if (missing > 0) {
            out.println(
                    place.isCache()
                            ? type + ".load() or ./lvm data " + word + " downloads what is missing into it"
                            : "Put what is missing there, or name no directory to have it downloaded");
        }
    }

    private static String digest(String resource) {
        try (InputStream in = DataSets.class.getResourceAsStream(resource)) {
            if (in == null) {
                return "of nothing";
            }
            MessageDigest digest = Sha256.start();
            digest.update(in.readAllBytes());
            return Sha256.hex(digest);
        } catch (IOException e) {
            return "unknown (" + e + ")";
        }
    }
}
