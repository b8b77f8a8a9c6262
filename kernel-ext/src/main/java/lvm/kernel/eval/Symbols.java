package lvm.kernel.eval;

import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Mathematical symbols by their LaTeX names, as IPython and Julia have them: {@code \mu} and the tabulator give μ. In code
 * only what a Java name may hold is given, in literals and comments everything.
 */
final class Symbols {
    private static final Pattern TYPED = Pattern.compile("\\\\(?:[A-Za-z]+[A-Za-z0-9]*|[_^][A-Za-z0-9+()=-]*)$");

    /** Marks that go onto the letter before them. */
    private static final String ACCENTS = """
            hat 0302 tilde 0303 bar 0304 overline 0305 breve 0306 dot 0307 ddot 0308 check 030C vec 20D7 underbar 0331
            """;

    private static final String LETTERS = """
            alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ varkappa ϰ
            lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ
            chi χ psi ψ omega ω Alpha Α Beta Β Gamma Γ Delta Δ Epsilon Ε Zeta Ζ Eta Η Theta Θ Iota Ι Kappa Κ Lambda Λ Mu Μ
            Nu Ν Xi Ξ Omicron Ο Pi Π Rho Ρ Sigma Σ Tau Τ Upsilon Υ Phi Φ Chi Χ Psi Ψ Omega Ω digamma ϝ
            ell ℓ hbar ħ imath ı jmath ȷ aleph ℵ beth ℶ gimel ℷ Re ℜ Im ℑ wp ℘ eth ð ss ß ae æ AE Æ oe œ OE Œ o ø O Ø l ł L Ł
            aa å AA Å bbA 𝔸 bbB 𝔹 bbC ℂ bbD 𝔻 bbE 𝔼 bbF 𝔽 bbG 𝔾 bbH ℍ bbI 𝕀 bbJ 𝕁 bbK 𝕂 bbL 𝕃 bbM 𝕄 bbN ℕ bbO 𝕆 bbP ℙ
            bbQ ℚ bbR ℝ bbS 𝕊 bbT 𝕋 bbU 𝕌 bbV 𝕍 bbW 𝕎 bbX 𝕏 bbY 𝕐 bbZ ℤ scrB ℬ scrD 𝒟 scrE ℰ scrF ℱ scrG 𝒢 scrH ℋ scrI ℐ
            scrL ℒ scrM ℳ scrN 𝒩 scrO 𝒪 scrP 𝒫 scrR ℛ scrS 𝒮 scrU 𝒰 scrX 𝒳 scrY 𝒴 scrZ 𝒵
            _a ₐ _e ₑ _h ₕ _i ᵢ _j ⱼ _k ₖ _l ₗ _m ₘ _n ₙ _o ₒ _p ₚ _r ᵣ _s ₛ _t ₜ _u ᵤ _v ᵥ _x ₓ _beta ᵦ _gamma ᵧ _rho ᵨ
            _phi ᵩ _chi ᵪ ^a ᵃ ^b ᵇ ^c ᶜ ^d ᵈ ^e ᵉ ^f ᶠ ^g ᵍ ^h ʰ ^i ⁱ ^j ʲ ^k ᵏ ^l ˡ ^m ᵐ ^n ⁿ ^o ᵒ ^p ᵖ ^r ʳ ^s ˢ ^t ᵗ ^u ᵘ
            ^v ᵛ ^w ʷ ^x ˣ ^y ʸ ^z ᶻ ^A ᴬ ^B ᴮ ^D ᴰ ^E ᴱ ^H ᴴ ^I ᴵ ^K ᴷ ^L ᴸ ^M ᴹ ^N ᴺ ^P ᴾ ^R ᴿ ^T ᵀ ^U ᵁ ^W ᵂ ^alpha ᵅ ^beta ᵝ
            """;

    private static final String SIGNS = """
            partial ∂ nabla ∇ infty ∞ sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ oint ∮ sqrt √ cbrt ∛ pm ± mp ∓ times × div ÷ cdot ⋅
            ast ∗ star ⋆ circ ∘ bullet ∙ oplus ⊕ ominus ⊖ otimes ⊗ odot ⊙ dagger † ddagger ‡ le ≤ leq ≤ ge ≥ geq ≥ ll ≪ gg ≫
            ne ≠ neq ≠ approx ≈ sim ∼ simeq ≃ cong ≅ equiv ≡ propto ∝ in ∈ notin ∉ ni ∋ subset ⊂ supset ⊃ subseteq ⊆
            supseteq ⊇ cap ∩ cup ∪ setminus ∖ emptyset ∅ varnothing ∅ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ land ∧ wedge ∧
            lor ∨ vee ∨ to → rightarrow → leftarrow ← gets ← leftrightarrow ↔ uparrow ↑ downarrow ↓ mapsto ↦ Rightarrow ⇒
            Leftarrow ⇐ Leftrightarrow ⇔ iff ⟺ implies ⟹ langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ Vert ‖ parallel ∥
            perp ⊥ bot ⊥ top ⊤ mid ∣ angle ∠ degree ° prime ′ ldots … dots … cdots ⋯ vdots ⋮ ddots ⋱ therefore ∴ because ∵
            blacksquare ■ square □ triangle △ checkmark ✓ copyright © pounds £ euro € yen ¥ S § P ¶ frac12 ½ frac13 ⅓ frac14 ¼
            quad \u2003 indep ⫫ models ⊨ vdash ⊢
            _0 ₀ _1 ₁ _2 ₂ _3 ₃ _4 ₄ _5 ₅ _6 ₆ _7 ₇ _8 ₈ _9 ₉ _+ ₊ _- ₋ _= ₌ _( ₍ _) ₎
            ^0 ⁰ ^1 ¹ ^2 ² ^3 ³ ^4 ⁴ ^5 ⁵ ^6 ⁶ ^7 ⁷ ^8 ⁸ ^9 ⁹ ^+ ⁺ ^- ⁻ ^= ⁼ ^( ⁽ ^) ⁾
            """;

    private static final NavigableMap<String, String> BY_NAME = new TreeMap<>();

    static {
        String[] accents = ACCENTS.strip().split("\\s+");
        for (int i = 0; i < accents.length; i += 2) {
            BY_NAME.put(accents[i], Character.toString(Integer.parseInt(accents[i + 1], 16)));
        }
        // Split at the spaces of ASCII: one of the symbols is a space itself.
        String[] others = (LETTERS + SIGNS).strip().split("[ \\n]+");
        for (int i = 0; i < others.length; i += 2) {
            BY_NAME.put(others[i], others[i + 1]);
        }
    }

    private Symbols() {}

    /**
     * The symbol whose name ends at the cursor, or the names that begin so.
     *
     * @param before the text before the cursor
     * @param isCode whether it ends in code, not in a literal or comment
     * @return what replaces the name with its backslash, or null if no name is being typed
     */
    static Evaluator.Completion complete(String before, boolean isCode) {
        Matcher typed = TYPED.matcher(before);
        if (!typed.find()) {
            return null;
        }
        String name = typed.group().substring(1);
        List<String> matches = BY_NAME.containsKey(name) && (!isCode || isOfName(BY_NAME.get(name)))
                ? List.of(BY_NAME.get(name))
                : BY_NAME.tailMap(name, false).entrySet().stream()
                        .takeWhile(entry -> entry.getKey().startsWith(name))
                        .filter(entry -> !isCode || isOfName(entry.getValue()))
                        .map(entry -> "\\" + entry.getKey())
                        .toList();
        return new Evaluator.Completion(matches, typed.start(), before.length());
    }

    private static boolean isOfName(String symbol) {
        return symbol.codePoints().allMatch(Character::isJavaIdentifierPart);
    }
}
