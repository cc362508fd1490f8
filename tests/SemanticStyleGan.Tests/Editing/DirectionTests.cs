using System.Globalization;
using SemanticStyleGan.Data;
using SemanticStyleGan.Editing;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using SemanticStyleGan.Tests.Formats;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Editing;

public sealed class DirectionTests : IDisposable
{
    private readonly TinyModel tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void A_linear_score_is_found_exactly_and_a_step_raises_it_by_one_deviation()
    {
        Tensor codes = tiny.Synthesizer.Codes(0, 400), truth = randn([16], generator: new Generator(3));
        // Held until it is read: a tensor that nothing holds may be collected, and its memory used again.
        using Tensor products = matmul(codes, truth);
        double[] scores = [.. products.data<float>().ToArray().Select(v => (double)v)];
        scores[7] = double.NaN;
        PartSelection hair = PartSelection.Parse("hair", PartCode.Shape, tiny.Model);
        Direction direction = DirectionFit.Fit(codes, scores, hair, "linear", tiny.Model);
        Assert.True(Number(direction, "heldOutAccuracy") > 0.9);
        Assert.True(Number(direction, "heldOutCorrelation") > 0.97);
        Tensor step = direction.Step[tiny.Model.Generator.Latents.ShapeSlot(2)];
        Assert.InRange(step.dot(truth).item<float>() / Number(direction, "scoreDeviation"), 0.8, 1.3);
        Assert.Equal(step.abs().sum().item<float>(), direction.Step.abs().sum().item<float>(), 5);
    }

    [Fact]
    public void Scores_without_any_relation_are_reported_as_such()
    {
        Tensor codes = tiny.Synthesizer.Codes(0, 400);
        using Tensor noise = randn([400], ScalarType.Float64, generator: new Generator(9));
        double[] scores = noise.data<double>().ToArray();
        Direction direction = DirectionFit.Fit(codes, scores, PartSelection.Parse("hair", PartCode.Both, tiny.Model), "noise", tiny.Model);
        Assert.InRange(Number(direction, "heldOutAccuracy"), 0.3, 0.7);
        Assert.Contains("alike", Assert.Throws<InputException>(() => DirectionFit.Fit(codes, new double[400], PartSelection.Parse("hair", PartCode.Both, tiny.Model), "flat", tiny.Model)).Message);
    }

    [Fact]
    public void Principal_components_come_in_order_and_have_the_deviation_of_w()
    {
        PartSelection face = PartSelection.Parse("face", PartCode.Texture, tiny.Model);
        IReadOnlyList<Direction> found = PrincipalDirections.Find(tiny.Synthesizer, face, "pca", 16, 0);
        double[] shares = [.. found.Select(d => Number(d, "varianceShare"))];
        Assert.Equal(shares.OrderDescending(), shares);
        Assert.Equal(1, shares.Sum(), 2);
        int slot = tiny.Model.Generator.Latents.TextureSlot(1);
        Tensor w = tiny.Synthesizer.Codes(0, 3000), axis = found[0].Step[slot] / found[0].Step[slot].norm();
        Assert.InRange(matmul(w, axis).std().item<float>() / found[0].Step[slot].norm().item<float>(), 0.93, 1.07);
        Assert.Equal(0, found[0].Step.abs().sum(1).index_fill(0, tensor(new long[] { slot }), 0).sum().item<float>());
    }

    [Fact]
    public void The_first_factorised_direction_changes_the_modulation_of_its_layers_most()
    {
        LatentCode latents = tiny.Model.Generator.Latents;
        int slot = latents.TextureSlot(2);
        IReadOnlyList<Direction> found = FactorizedDirections.Find(tiny.Model, slot, 16);
        Tensor affine = Weights.Of(tiny.Model.Generator)["local.affine_weight"][2].narrow(0, 3, 2).reshape(-1, 16); // part 2's layers after depth
        double[] changes = [.. found.Select(d => (double)matmul(affine, d.Step[slot]).norm().item<float>())];
        Assert.Equal(changes.OrderDescending(), changes);
        double singular = linalg.svdvals(affine)[0].item<float>() * found[0].Step[slot].norm().item<float>();
        Assert.Equal(1, changes[0] / singular, 3);
    }

    [Fact]
    public void A_direction_survives_its_file_and_is_refused_by_another_model()
    {
        using TemporaryFolder folder = new();
        using TinyModel other = new(seed: 5);
        Direction direction = PrincipalDirections.Find(tiny.Synthesizer, PartSelection.Parse("hair", PartCode.Both, tiny.Model), "d", 1, 0)[0];
        string path = direction.Save(folder.Path, tiny.Model);
        Direction read = Direction.Load(folder.File("d-0"), tiny.Model);
        Assert.Equal("d-0", read.Name);
        Assert.Equal(direction.About, read.About);
        Tensor code = tiny.RandomCode(1);
        Assert.True(read.Apply(code, -2).allclose(code - 2 * direction.Step));
        Assert.Contains("another model", Assert.Throws<InputException>(() => Direction.Load(path, other.Model)).Message);
        Assert.Equal(("a/b", 2.5), Direction.ParseUse("a/b:+2.5"));
        Assert.Throws<InputException>(() => Direction.ParseUse("a/b"));
    }

    [Fact]
    public void Measures_of_a_known_picture()
    {
        // A 2×3 block of hair at x 1…2, y 0…2 in a 4×4 picture; the block is half red.
        byte[] labels = new byte[16], pixels = new byte[48];
        foreach (int p in new[] { 1, 2, 5, 6, 9, 10 }) (labels[p], pixels[3 * p]) = (2, p % 2 == 1 ? (byte)255 : (byte)0);
        Picture picture = new(new RgbImage(4, 4, pixels), new LabelMap(4, 4, labels));
        double Of(string text) => PictureMeasure.Parse(text, TinyModel.Layout).Of(picture);
        Assert.Equal(6 / 16.0, Of("hair:area"));
        Assert.Equal((0.75, 0.5, 0.0, 0.75), (Of("hair:height"), Of("hair:width"), Of("hair:top"), Of("hair:bottom")));
        Assert.Equal((0.5, 0.0), (Of("hair:red"), Of("hair:blue")));
        Assert.Equal(0.1495, Of("hair:brightness"), 6);
        Assert.Equal((0.0, double.NaN), (Of("glasses:area"), Of("glasses:red")));
        Assert.Throws<InputException>(() => Of("hair:age"));
    }

    private static double Number(Direction direction, string key) => double.Parse(direction.About[key], CultureInfo.InvariantCulture);
}
