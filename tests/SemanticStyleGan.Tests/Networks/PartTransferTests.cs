using SemanticStyleGan.Networks;
using SemanticStyleGan.Tests.Editing;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Networks;

public sealed class PartTransferTests : IDisposable
{
    private readonly TinyModel tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void The_same_parts_give_the_same_pictures()
    {
        using SemanticGenerator other = new(TinyModel.Config, new Initializer(99, CPU));
        Assert.Equal(TinyModel.Layout.Classes.Select(c => c.Name), PartTransfer.Copy(tiny.Model, other, TinyModel.Layout));
        Tensor code = tiny.RandomCode(1);
        using IDisposable _ = no_grad(); // as the tiny model synthesises: with gradients other kernels may round otherwise
        Assert.Equal(0, (other.Synthesize(code).Image - tiny.Synthesize(code).Image).abs().max().item<float>());
    }

    [Fact]
    public void Parts_are_matched_by_name_and_new_ones_stay_fresh()
    {
        // Glasses first, no face, two parts that the model does not have.
        SemanticLayout layout = new("other", [new("background", 0), new("Glasses", 1, true), new("beard", 2), new("hair", 3), new("scarf", 4)]);
        GeneratorConfig config = TinyModel.Config with { Parts = 5, TransparentParts = [1] };
        using SemanticGenerator target = new(config, new Initializer(99, CPU)), fresh = new(config, new Initializer(99, CPU));
        Assert.Equal(["background", "Glasses", "hair"], PartTransfer.Copy(tiny.Model, target, layout));
        (int From, int To)[] kept = [(0, 0), (3, 1), (2, 3)];
        Dictionary<string, Tensor> old = Weights.Of(tiny.Model.Generator), now = Weights.Of(target), begun = Weights.Of(fresh);
        foreach (string name in new[] { "local.weight", "local.affine_weight", "feature.weight", "render.mask_heads.0.weight", "render.mask_heads.0.bias" })
        {
            foreach ((int from, int to) in kept) Same(old[name][from], now[name][to]);
            foreach (int part in new[] { 2, 4 }) Same(begun[name][part], now[name][part]);
        }
        // The background has no depth head, so the heads' rows begin with part 1.
        Same(old["depth.weight"][2], now["depth.weight"][0]);
        Same(old["depth.weight"][1], now["depth.weight"][2]);
        Same(begun["depth.weight"][1], now["depth.weight"][1]);
        foreach (string shared in new[] { "render.mask_heads.0.scale", "render.convolutions.0.weight", "mapping.0.weight" }) Same(old[shared], now[shared]);
    }

    [Fact]
    public void Larger_pictures_begin_as_doublings()
    {
        using SemanticGenerator larger = new(TinyModel.Config with { ImageSize = 2 * TinyModel.Config.ImageSize }, new Initializer(99, CPU));
        PartTransfer.Copy(tiny.Model, larger, TinyModel.Layout);
        Tensor code = tiny.RandomCode(1);
        using IDisposable _ = no_grad();
        GeneratorOutput before = tiny.Synthesize(code), after = larger.Synthesize(code);
        Assert.InRange((Blur.Upsample(before.Image) - after.Image).abs().max().item<float>(), 0, 1e-5);
        Assert.InRange((Blur.Upsample(before.Mask) - after.Mask).abs().max().item<float>(), 0, 1e-5);
    }

    [Fact]
    public void Generators_of_other_sizes_are_refused()
    {
        using SemanticGenerator other = new(TinyModel.Config with { StyleSize = 8 }, new Initializer(1, CPU));
        Assert.Contains("sizes differ", Assert.Throws<InputException>(() => PartTransfer.Copy(tiny.Model, other, TinyModel.Layout)).Message);
    }

    private static void Same(Tensor a, Tensor b) => Assert.True(a.equal(b).all().item<bool>());
}
