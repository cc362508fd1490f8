using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using SemanticStyleGan.Tests.Editing;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Synthesis;

public sealed class CompositionTests : IDisposable
{
    private readonly TinyModel tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void All_parts_together_are_the_plain_synthesis()
    {
        PartComponents components = new(tiny.Synthesizer);
        Tensor code = tiny.RandomCode(1);
        GeneratorOutput plain = tiny.Synthesize(code);
        List<(Tensor Image, Tensor Coarse)> added = [];
        components.Compose(code, components.OneByOne([2, 0, 3, 1]), (_, o) => added.Add((o.Image.clone().MoveToOuterDisposeScope(), o.CoarseMask.clone().MoveToOuterDisposeScope())));
        Assert.Equal(4, added.Count);
        Assert.True(added[3].Image.allclose(plain.Image, 1e-4, 1e-4));
        Assert.False(added[2].Image.allclose(plain.Image, 1e-4, 1e-4));
        // Only hair (2) is on in the first: it is seen everywhere and the others nowhere.
        Assert.True(added[0].Coarse[0, 2].min().item<float>() > 0.999);
        Assert.True(added[0].Coarse[0, 1].max().item<float>() < -0.999);
    }

    [Fact]
    public void A_part_alone_is_as_opaque_as_it_is_before_the_background()
    {
        PartComponents components = new(tiny.Synthesizer);
        Tensor code = tiny.RandomCode(1);
        Tensor depth = tiny.Synthesize(code).Depths[0, 1];
        components.Compose(code, components.OneAtATime(), (part, output) =>
        {
            if (part != 1) return;
            Assert.True(((output.CoarseMask[0, 1] + 1) / 2).allclose(depth.sigmoid(), 1e-4, 1e-4));
            Assert.Equal(32 * 32, components.Opacity(output, 1).Length);
        });
    }

    [Fact]
    public void No_transform_gives_exactly_the_plain_synthesis()
    {
        Tensor code = tiny.RandomCode(1);
        Tensor coordinates = new PartMover(tiny.Synthesizer, code, [1, 2]).Coordinates(PartTransform.None);
        Assert.True(coordinates.eq(FourierFeatures.Grid(TinyModel.Config.CoarseSize)).all().item<bool>());
        GeneratorOutput plain = tiny.Synthesize(code), moved = tiny.Synthesize(code, new() { Coordinates = coordinates });
        Assert.True(moved.Image.allclose(plain.Image, 1e-5, 1e-5));
    }

    [Theory]
    [InlineData(3, 0), InlineData(0, -2), InlineData(-1, 4)]
    public void A_shift_by_whole_places_shifts_the_depth_map_of_that_part_alone(int right, int down)
    {
        Tensor code = tiny.RandomCode(1);
        int s = TinyModel.Config.CoarseSize;
        Tensor coordinates = new PartMover(tiny.Synthesizer, code, [2]).Coordinates(new((double)right / s, (double)down / s));
        Tensor before = tiny.Synthesize(code).Depths[0], after = tiny.Synthesize(code, new() { Coordinates = coordinates }).Depths[0];
        Tensor expected = Inside(before[2], 0, 0), actual = Inside(after[2], right, down);
        Assert.True(before[2].std().item<float>() > 1e-2);
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, 2e-4);
        Assert.True(before[1].allclose(after[1], 1e-5, 1e-5));

        Tensor Inside(Tensor map, int x, int y) => map.narrow(0, 4 + y, s - 8).narrow(1, 4 + x, s - 8);
    }

    [Fact]
    public void A_quarter_turn_clockwise_about_the_middle_turns_the_depth_map()
    {
        PartCoordinates coordinates = new(TinyModel.Config);
        Tensor code = tiny.RandomCode(1);
        Tensor turned = coordinates.Create(new Dictionary<int, PartTransform> { [1] = new(0, 0, 1, 90) }, new Dictionary<int, (double, double)>(), CPU);
        Tensor before = tiny.Synthesize(code).Depths[0, 1], after = tiny.Synthesize(code, new() { Coordinates = turned }).Depths[0, 1];
        Assert.InRange((before.rot90(-1, (0, 1)) - after).abs().max().item<float>(), 0, 2e-4);
    }

    [Fact]
    public void Twice_the_size_samples_half_as_far_from_the_middle()
    {
        Tensor made = new PartCoordinates(TinyModel.Config).Create(
            new Dictionary<int, PartTransform> { [1] = new(0, 0, 2) }, new Dictionary<int, (double, double)> { [1] = (0.5, -0.25) }, CPU);
        Tensor grid = FourierFeatures.Grid(TinyModel.Config.CoarseSize)[0];
        Assert.True(made[0, 1, 0].allclose((grid[0] + 0.5) / 2) && made[0, 1, 1].allclose((grid[1] - 0.25) / 2));
        Assert.Equal(new PartTransform(0.1, 0, 2, 45), new PartTransform(0.2, 0, 4, 90).At(0.5));
    }
}
