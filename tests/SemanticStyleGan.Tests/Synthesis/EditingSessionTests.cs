using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using SemanticStyleGan.Tests.Editing;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Synthesis;

/// <summary>A session gives what synthesising anew gives, and runs only the parts that changed.</summary>
public sealed class EditingSessionTests : IDisposable
{
    private readonly TinyModel tiny = new();
    private readonly EditingSession session;

    public EditingSessionTests() => session = new EditingSession(tiny.Model);

    public void Dispose()
    {
        session.Dispose();
        tiny.Dispose();
    }

    [Fact]
    public void Only_changed_parts_are_computed_and_the_picture_is_the_same()
    {
        LatentCode latents = tiny.Model.Generator.Latents;
        Tensor code = tiny.RandomCode(1), other = tiny.RandomCode(2);
        AssertSame(code, computed: 4);
        AssertSame(code, computed: 0);
        foreach (int slot in (int[])[latents.TextureSlot(2), latents.ShapeSlot(1), latents.ShapeSlot(0)])
        {
            code.select(1, slot).copy_(other.select(1, slot));
            AssertSame(code, computed: 1);
        }
        code.select(1, 0).copy_(other.select(1, 0)); // the base code: all but the background
        AssertSame(code, computed: 3);
        AssertSame(latents.Expand(other), computed: 4);
    }

    [Fact]
    public void Coordinates_and_parts_switched_off_count_too()
    {
        Tensor code = tiny.RandomCode(3);
        Tensor grid = FourierFeatures.Grid(TinyModel.Config.CoarseSize).unsqueeze(1).repeat(1, 4, 1, 1, 1);
        AssertSame(code, computed: 4);
        AssertSame(code, computed: 4, new SynthesisInput { Coordinates = grid });
        grid.select(1, 2).add_(0.25);
        AssertSame(code, computed: 1, new SynthesisInput { Coordinates = grid });
        AssertSame(code, computed: 0, new SynthesisInput { Coordinates = grid, CompositionMask = tensor(new float[,] { { 1, 1, 0, 1 } }) });
        AssertSame(code, computed: 4);
    }

    [Fact]
    public void More_than_one_code_is_refused() =>
        Assert.Throws<InputException>(() => session.Synthesize(zeros(2, TinyModel.Config.StyleSize)));

    private void AssertSame(Tensor code, int computed, SynthesisInput? input = null)
    {
        GeneratorOutput expected = tiny.Synthesize(code, input), actual = session.Synthesize(code, input);
        Assert.Equal(computed, session.PartsComputed);
        Tensor[] wanted = [expected.Image, expected.Mask, expected.CoarseMask, expected.Depths];
        foreach ((Tensor e, Tensor a) in wanted.Zip([actual.Image, actual.Mask, actual.CoarseMask, actual.Depths]))
            Assert.InRange((e - a).abs().max().item<float>(), 0, 1e-5f);
    }
}
