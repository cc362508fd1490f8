using SemanticStyleGan.Metrics;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Synthesis;
using SemanticStyleGan.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Metrics;

public sealed class PictureMeasureTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Class_rates_count_masks_and_pixels()
    {
        ClassRates rates = new(3), real = new(3);
        rates.Add(tensor(new long[] { 0, 0, 0, 1, 0, 0, 0, 0 }, [2, 2, 2]));
        rates.Add(tensor(new long[] { 0, 1, 1, 1, 0, 0, 0, 0 }, [2, 2, 2]));
        real.Add(tensor(new long[] { 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, [4, 2, 2]));
        Assert.Equal(4, rates.Masks);
        Assert.Equal((1, 0.5, 0), (rates.Of(0), rates.Of(1), rates.Of(2)));
        Assert.Equal((0.75, 0.25, 0), (rates.PixelsOf(0), rates.PixelsOf(1), rates.PixelsOf(2)));
        // Class 1 is twice as frequent as in the data; class 2, which the data don't have either, does not count.
        Assert.Equal(2, rates.WorstFactor(real, (r, k) => r.Of(k)), 1e-12);
        Assert.Equal(4, rates.WorstFactor(real, (r, k) => r.PixelsOf(k)), 1e-12);
        real.Add(tensor(new long[] { 2, 2, 2, 2 }, [1, 2, 2]));
        Assert.Equal(double.PositiveInfinity, rates.WorstFactor(real, (r, k) => r.Of(k)));
    }

    [Fact]
    public void Locality_is_the_share_of_change_within_the_dilated_masks_before_and_after()
    {
        // 64 pixels: dilated by one. The part is pixel (10, 10) before and (20, 20) after.
        Tensor before = zeros(1, 3, 64, 64), after = zeros(1, 3, 64, 64), labels = zeros([1, 64, 64], ScalarType.Int64), moved = zeros([1, 64, 64], ScalarType.Int64);
        labels[0, 10, 10] = 1;
        moved[0, 20, 20] = 1;
        after[0, 0, 10, 10] = 0.5f; // inside before
        after[0, 1, 21, 19] = -0.5f; // beside the part after: dilation
        after[0, 2, 12, 10] = 0.25f; // two pixels away: outside
        after[0, 2, 40, 40] = 3; // outside, and clamped to 1
        EditLocality locality = new(2);
        locality.Add(1, before, after, labels, moved);
        Assert.Equal(1 / 2.25, locality.Of(1)!.Value, 1e-6);
        Assert.Null(locality.Of(0));
        locality.Add(1, before, before, labels, labels);
        Assert.Equal(1 / 2.25, locality.Of(1)!.Value, 1e-6);
    }

    [Fact]
    public void Masks_that_are_what_the_parser_reads_agree_and_others_do_not()
    {
        using Parser parser = new(new ParserNetwork(new ParserConfig { Width = 8, Halvings = 2, MaxChannels = 16, Classes = 3 }, new Initializer(1, CPU)), SemanticLayout.Unnamed(3, []));
        Tensor pictures = rand([2, 3, 16, 16], generator: new Generator(1)) * 2 - 1;
        Tensor read = parser.Logits(pictures).argmax(1);
        MaskAgreement same = new(parser), shifted = new(parser);
        Assert.True(same.Add(pictures, read).equal(read).all().item<bool>());
        Assert.Equal(1, same.Mean);
        shifted.Add(pictures, (read + 1).remainder(3));
        Assert.Equal(0, shifted.Mean);
        Assert.Equal(0, shifted.Of((int)(read[0, 0, 0].item<long>() + 1) % 3));
    }

    [Fact]
    public void The_path_length_of_squared_differences_is_the_squared_speed_of_the_picture_along_the_path()
    {
        using SemanticModel model = new(new SemanticGenerator(TinyTraining.Config.Generator, new Initializer(4, CPU)), SemanticLayout.Faces);
        Synthesizer synthesizer = new(model);
        double length = PerceptualPathLength.Of(synthesizer, new SquaredDifference(), 24, seed: 3);
        Assert.Equal(length, PerceptualPathLength.Of(synthesizer, new SquaredDifference(), 24, seed: 3));
        // The expectation from larger steps of other codes: the same but for the choice of codes.
        using IDisposable _ = no_grad();
        double expected = 0;
        for (int i = 0; i < 24; i++)
        {
            Tensor ends = synthesizer.Codes(1000 + 2 * i, 2), near = lerp(ends[..1], ends[1..], tensor(0.5f)), far = lerp(ends[..1], ends[1..], tensor(0.505f));
            expected += (model.Generator.Synthesize(far).Image - model.Generator.Synthesize(near).Image).square().mean().item<float>() / (0.005 * 0.005) / 24;
        }
        Assert.InRange(length / expected, 0.5, 2);
        // At truncation 0 all codes are one.
        Assert.Equal(0, PerceptualPathLength.Of(synthesizer, new SquaredDifference(), 3, seed: 3, truncation: 0), 1e-3);
    }

    [Fact]
    public void Diversity_is_the_mean_distance_of_the_halves_of_each_batch()
    {
        PerceptualDiversity diversity = new(new SquaredDifference());
        Assert.Null(diversity.Mean);
        diversity.Add(zeros(1, 3, 4, 4));
        Assert.Null(diversity.Mean);
        diversity.Add(cat([zeros(2, 3, 4, 4), ones(1, 3, 4, 4), ones(1, 3, 4, 4) * 3, zeros(1, 3, 4, 4)])); // 0 to 1 and 0 to 3, one left over
        Assert.Equal((1 + 9) / 2.0, diversity.Mean!.Value, 1e-6);
    }

    [Fact]
    public void Identity_distance_is_one_minus_the_cosine()
    {
        IdentityDistance distance = new(new ColourFeatures(), 2);
        Tensor red = zeros(1, 3, 2, 2), green = zeros(1, 3, 2, 2);
        red[0, 0] = 1;
        green[0, 1] = 1;
        distance.Add(1, cat([red, red]), cat([green, red * 0.5f]));
        Assert.Equal(0.5, distance.Of(1)!.Value, 1e-6);
        Assert.Null(distance.Of(0));
    }

    [Fact]
    public void The_parsers_distance_is_none_for_equal_pictures_and_grows_with_the_difference()
    {
        using Parser parser = new(new ParserNetwork(new ParserConfig { Width = 8, Halvings = 2, MaxChannels = 16, Classes = 3 }, new Initializer(1, CPU)), SemanticLayout.Unnamed(3, []));
        ParserDistance distance = new(parser);
        Tensor a = rand([2, 3, 16, 16], generator: new Generator(1)) * 2 - 1, noise = randn([2, 3, 16, 16], generator: new Generator(2));
        Tensor none = distance.Between(a, a), little = distance.Between(a, a + 0.02f * noise), much = distance.Between(a, a + 0.3f * noise);
        Assert.Equal([2L], none.shape);
        Assert.Equal(0, none.abs().max().item<float>(), 1e-6f);
        Assert.True(little.gt(0).all().item<bool>() && much.gt(little).all().item<bool>());
    }

    private sealed class SquaredDifference : IPerceptualDistance
    {
        public string Name => "squares";

        public Tensor Between(Tensor first, Tensor second) => (first - second).square().mean([1, 2, 3]);

        public void Dispose() { }
    }

    private sealed class ColourFeatures : IFeatures
    {
        public string Name => "colours";

        public string Fingerprint => "colours";

        public Tensor Embed(Tensor pictures) => pictures.mean([2, 3]);

        public Tensor? Classify(Tensor pictures) => null;

        public void Dispose() { }
    }
}
