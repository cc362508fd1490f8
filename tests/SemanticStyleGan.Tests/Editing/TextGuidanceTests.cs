using SemanticStyleGan.Editing;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Tests.Perception;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Editing;

/// <summary>With a tiny pair of encoders: pictures by their mean colour, texts by the colour they name.</summary>
public sealed class TextGuidanceTests : IDisposable
{
    private readonly TinyModel tiny = new();
    private readonly TemporaryFolder folder = new();
    private readonly ClipPair clip;

    public TextGuidanceTests()
    {
        // Tokens of the list below: 512 re, 513 red</w>, 514 bl, 515 ue</w>, 516 blue</w>.
        File.WriteAllText(folder.File("merges.txt"), "#version: 0.2\nr e\nre d</w>\nb l\nu e</w>\nbl ue</w>\n");
        TorchScriptArchive.Write(folder.File("image.pt"), "mean = torch.mean(x, [2, 3])", "return torch.sub(mean, torch.mean(mean, [1], True))");
        TorchScriptArchive.Write(folder.File("text.pt"),
            "red = torch.sum(torch.eq(x, 513), [1])", "blue = torch.sum(torch.eq(x, 516), [1])", "rest = torch.zeros_like(red)",
            "colour = torch.to(torch.stack([red, rest, blue], 1), 6)", "return torch.sub(colour, torch.mean(colour, [1], True))");
        clip = new(folder.File("image.pt"), folder.File("text.pt"), folder.File("merges.txt"), 16, CPU);
    }

    public void Dispose()
    {
        clip.Dispose();
        folder.Dispose();
        tiny.Dispose();
    }

    [Theory]
    [InlineData("red")]
    [InlineData("blue")]
    public void Pictures_come_closer_to_the_text_and_slots_that_were_not_chosen_stay_exactly(string text)
    {
        Tensor start = cat([tiny.RandomCode(1), tiny.RandomCode(2)]);
        PartSelection hair = PartSelection.Parse("hair", PartCode.Both, tiny.Model);
        TextGuidance guidance = new(tiny.Model, clip);
        Tensor fitted = guidance.Fit(start, text, hair, 60);
        Tensor before = tiny.Synthesize(start).Image, after = tiny.Synthesize(fitted).Image;
        Tensor was = 1 - guidance.Similarity(before, text), became = 1 - guidance.Similarity(after, text);
        Assert.True((became / was).max().item<float>() < 0.7, $"distance {was.max().item<float>():0.000} before, {became.max().item<float>():0.000} after");
        for (int slot = 0; slot < TinyModel.Config.LatentSlots; slot++)
            Assert.Equal(hair.Slots.Contains(slot), !fitted.select(1, slot).equal(start.select(1, slot)).all().item<bool>());
    }

    [Fact]
    public void Staying_holds_the_codes_at_their_start()
    {
        Tensor start = tiny.RandomCode(1);
        PartSelection all = PartSelection.Parse("all", PartCode.Both, tiny.Model);
        double free = Moved(0.02), held = Moved(5);
        Assert.True(held < 0.3 * free, $"moved by {free:0.0000} freely, by {held:0.0000} held");

        double Moved(double stay) => (new TextGuidance(tiny.Model, clip) { Stay = stay }.Fit(start, "red", all, 30) - start).square().mean().item<float>();
    }

    [Fact]
    public void Pictures_reach_the_encoder_normalised_and_at_its_size()
    {
        TorchScriptArchive.Write(folder.File("probe.pt"), "return torch.cat([torch.mean(x, [2, 3]), torch.mul(torch.ones([1, 1]), torch.size(x, 2))], 1)");
        using ClipPair probe = new(folder.File("probe.pt"), folder.File("text.pt"), folder.File("merges.txt"), 20, CPU);
        Tensor seen = probe.OfPictures(zeros(1, 3, 8, 8));                             // grey, 0.5
        float[] expected = [(0.5f - 0.48145466f) / 0.26862954f, (0.5f - 0.4578275f) / 0.26130258f, (0.5f - 0.40821073f) / 0.27577711f, 20];
        double length = Math.Sqrt(expected.Sum(v => (double)v * v));
        for (int i = 0; i < 4; i++) Assert.Equal(expected[i] / length, seen[0, i].item<float>(), 1e-5);
    }

    [Fact]
    public void Files_that_are_no_encoders_are_refused_by_name()
    {
        File.WriteAllText(folder.File("junk.pt"), "junk");
        Assert.Contains("junk.pt: not a TorchScript file", Opening("junk.pt").Message);
        Assert.Contains("missing.pt: no such file", Opening("missing.pt").Message);
        TorchScriptArchive.Write(folder.File("flat.pt"), "return torch.mean(x)");
        using ClipPair flat = new(folder.File("flat.pt"), folder.File("text.pt"), folder.File("merges.txt"), 16, CPU);
        Assert.Contains("expected [1, D]", Assert.Throws<InputException>(() => flat.OfPictures(zeros(1, 3, 8, 8))).Message);

        InputException Opening(string file) => Assert.Throws<InputException>(() => new ClipPair(folder.File(file), folder.File("text.pt"), folder.File("merges.txt"), 16, CPU));
    }
}
