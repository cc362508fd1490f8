using SemanticStyleGan.Formats;
using SemanticStyleGan.Synthesis;
using SemanticStyleGan.Tests.Editing;
using SemanticStyleGan.Tests.Formats;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Synthesis;

public sealed class CodeSpecTests : IDisposable
{
    private readonly TinyModel tiny = new();
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        tiny.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_seed_is_its_w_in_every_slot_at_its_own_or_the_given_truncation()
    {
        Tensor codes = CodeSpec.Resolve(["seed:7", "seed:7@0.25"], tiny.Synthesizer, 0.5);
        Assert.Equal([2, TinyModel.Config.LatentSlots, TinyModel.Config.StyleSize], codes.shape);
        Assert.True(codes[0, 3].allclose(tiny.Synthesizer.Codes(7, 1, 0.5)[0]));
        Assert.True(codes[1, 8].allclose(tiny.Synthesizer.Codes(7, 1, 0.25)[0]));
    }

    [Fact]
    public void A_row_of_a_file_is_that_code()
    {
        Npy.Write(folder.File("w.npy"), tiny.Synthesizer.Codes(0, 3));
        Npy.Write(folder.File("plus.npy"), tiny.RandomCode(5));
        Assert.True(CodeSpec.Resolve(folder.File("w.npy") + ":2", tiny.Synthesizer, 0)[0, 4].allclose(tiny.Synthesizer.Codes(2, 1)[0]));
        Assert.True(CodeSpec.Resolve(folder.File("plus.npy"), tiny.Synthesizer, 0).allclose(tiny.RandomCode(5)));
    }

    [Theory]
    [InlineData("7"), InlineData("seed:"), InlineData("seed:-1"), InlineData("seed:1@3"), InlineData("seed:1@0.5@1"), InlineData("seed:99999999999999999999")]
    public void Other_forms_are_refused_naming_the_forms(string spec) =>
        Assert.Contains("seed:N@TRUNCATION", Assert.Throws<InputException>(() => CodeSpec.Resolve(spec, tiny.Synthesizer, 1)).Message);

    [Fact]
    public void Files_that_do_not_fit_are_refused()
    {
        Npy.Write(folder.File("w.npy"), tiny.Synthesizer.Codes(0, 3));
        Npy.Write(folder.File("long.npy"), zeros(1, 17));
        Npy.Write(folder.File("nan.npy"), full([1, 16], float.NaN));
        string Message(string spec) => Assert.Throws<InputException>(() => CodeSpec.Resolve(spec, tiny.Synthesizer, 1)).Message;
        Assert.Contains("has 3 codes", Message(folder.File("w.npy")));
        Assert.Contains("0 to 2", Message(folder.File("w.npy") + ":3"));
        Assert.Contains("[N, 16]", Message(folder.File("long.npy")));
        Assert.Contains("not finite", Message(folder.File("nan.npy")));
        Assert.Contains("none.npy", Message(folder.File("none.npy")));
    }
}
