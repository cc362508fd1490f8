using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Perception;

public sealed class TorchScriptFeaturesTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly TemporaryFolder folder = new();
    private readonly Tensor pictures = rand([2, 3, 8, 8], generator: new Generator(1)) * 2.2 - 1.1;

    public void Dispose()
    {
        folder.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void StyleGANs_convention_gives_bytes()
    {
        string file = TorchScriptArchive.Write(folder.File("bytes.pt"), "return torch.mean(torch.to(x, 6), [2, 3])");
        using TorchScriptFeatures features = new(file, MeasureConvention.StyleGan, CPU);
        Tensor bytes = (pictures * 127.5 + 128).floor().clamp(0, 255);
        Assert.True(features.Embed(pictures).allclose(bytes.mean([2, 3]), 1e-5, 1e-3));
        Assert.Null(features.Classify(pictures));
        Assert.Equal("bytes.pt", features.Name);
    }

    [Fact]
    public void The_other_convention_gives_299_pixels_with_aligned_corners_and_no_convention_pictures_as_they_are()
    {
        string file = TorchScriptArchive.Write(folder.File("last.pt"), "return torch.unsqueeze(torch.unsqueeze(torch.select(torch.select(x, 3, -1), 2, -1), 2), 3)");
        using TorchScriptFeatures resized = new(file, MeasureConvention.SemanticStyleGan, CPU), same = new(file, null, CPU);
        Tensor corner = pictures[.., .., 7, 7];
        Assert.True(resized.Embed(pictures).allclose(corner, 1e-4, 1e-5));
        Assert.True(same.Embed(pictures).allclose(corner));
        Assert.NotEqual(resized.Fingerprint, same.Fingerprint);
        string sums = TorchScriptArchive.Write(folder.File("count.pt"), "return torch.sum(torch.ones_like(x), [2, 3])");
        using TorchScriptFeatures count = new(sums, MeasureConvention.SemanticStyleGan, CPU);
        Assert.Equal(299 * 299, count.Embed(pictures)[0, 0].item<float>());
        Assert.NotEqual(count.Fingerprint, resized.Fingerprint);
    }

    [Fact]
    public void A_second_argument_switches_between_features_and_probabilities()
    {
        string file = TorchScriptArchive.Write(folder.File("switch.pt"), "x: Tensor, return_features: bool=False", "Tensor",
            ["f = torch.mean(torch.to(x, 6), [2, 3])", "if return_features:", "  r = f", "else:", "  r = torch.softmax(f, 1)", "return r"]);
        using TorchScriptFeatures features = new(file, MeasureConvention.StyleGan, CPU);
        Assert.True(features.Embed(pictures).max().item<float>() > 2);
        Assert.Equal(1, features.Classify(pictures)!.sum([1])[0].item<float>(), 1e-5f);
    }

    [Fact]
    public void A_pair_is_features_and_class_logits()
    {
        string file = TorchScriptArchive.Write(folder.File("pair.pt"), "x: Tensor", "Tuple[Tensor, Tensor]", ["f = torch.mean(x, [2, 3])", "return (f, torch.mul(f, 2))"]);
        using TorchScriptFeatures features = new(file, null, CPU);
        Tensor means = pictures.mean([2, 3]);
        Assert.True(features.Embed(pictures).allclose(means));
        Assert.True(features.Classify(pictures)!.allclose((means * 2).softmax(1), 1e-4, 1e-6));
    }

    [Fact]
    public void LPIPS_files_of_both_kinds_give_a_distance_a_pair()
    {
        Tensor other = pictures * 0.5f, squares = (pictures - other).square().sum([1, 2, 3]);
        string pair = TorchScriptArchive.Write(folder.File("two.pt"), "x: Tensor, y: Tensor", "Tensor", ["d = torch.sub(x, y)", "return torch.sum(torch.mul(d, d), [1, 2, 3], True)"]);
        using TorchScriptLpips two = new(pair, CPU);
        Assert.True(two.Between(pictures, other).allclose(squares, 1e-4));
        string vectors = TorchScriptArchive.Write(folder.File("three.pt"), "x: Tensor, resize_images: bool=True, return_lpips: bool=False", "Tensor",
            ["if return_lpips:", "  r = torch.flatten(torch.div(x, 127.5), 1)", "else:", "  r = torch.zeros_like(x)", "return r"]);
        using TorchScriptLpips three = new(vectors, CPU);
        Assert.True(three.Between(pictures, other).allclose(squares, 1e-3));
    }

    [Fact]
    public void Maps_of_one_tensor_or_several_pass_gradients_to_the_pictures()
    {
        string one = TorchScriptArchive.Write(folder.File("map.pt"), "return torch.mul(x, 3)");
        string several = TorchScriptArchive.Write(folder.File("maps.pt"), "x: Tensor", "Tuple[Tensor, Tensor]", ["return (torch.mul(x, x), torch.mean(x, [2, 3]))"]);
        string list = TorchScriptArchive.Write(folder.File("list.pt"), "x: Tensor", "List[Tensor]", ["return [torch.mul(x, 2), torch.mul(x, 4)]"]);
        string vgg = TorchScriptArchive.Write(folder.File("vgg.pt"), "x: Tensor, resize_images: bool=True, return_lpips: bool=False", "Tensor",
            ["if return_lpips:", "  r = torch.flatten(torch.div(x, 127.5), 1)", "else:", "  r = torch.zeros_like(x)", "return r"]);
        Tensor Gradient(string file, params double[] sums)
        {
            using TorchScriptMaps maps = new(file, CPU);
            Tensor x = pictures.detach().clone().requires_grad_();
            IReadOnlyList<Tensor> found = maps.Of(x);
            Assert.Equal(sums.Length, found.Count);
            foreach ((Tensor map, double sum) in found.Zip(sums)) Assert.Equal(sum, map.sum().item<float>(), 1e-2);
            stack([.. found.Select(f => f.sum())]).sum().backward();
            return x.grad!;
        }
        double total = pictures.sum().item<float>(), squares = pictures.pow(2).sum().item<float>();
        Assert.True(Gradient(one, 3 * total).eq(3).all().item<bool>());
        Assert.True(Gradient(several, squares, total / 64).allclose(pictures * 2 + 1.0 / 64));
        Assert.True(Gradient(list, 2 * total, 4 * total).eq(6).all().item<bool>());
        Assert.True(Gradient(vgg, total + pictures.numel()).allclose(ones_like(pictures)));
        string scalar = TorchScriptArchive.Write(folder.File("scalar.pt"), "return torch.sum(x)");
        using TorchScriptMaps wrong = new(scalar, CPU);
        Assert.Contains("scalar.pt: gives [] for 2 pictures, expected [2, C, H, W]", Assert.Throws<InputException>(() => wrong.Of(pictures)).Message);
        using TorchScriptMaps pair = new(TorchScriptArchive.Write(folder.File("pairs.pt"), "x: Tensor, y: Tensor", "Tensor", ["return torch.sub(x, y)"]), CPU);
        Assert.Contains("two arguments", Assert.Throws<InputException>(() => pair.Of(pictures)).Message);
    }

    [Fact]
    public void Files_that_are_something_else_are_refused_by_name()
    {
        string text = folder.File("text.pt"), wrong = TorchScriptArchive.Write(folder.File("wrong.pt"), "return torch.sum(x)");
        File.WriteAllText(text, "no network");
        Assert.Contains("text.pt", Assert.Throws<InputException>(() => new TorchScriptFeatures(text, null, CPU)).Message, StringComparison.Ordinal);
        Assert.Contains("none.pt", Assert.Throws<InputException>(() => new TorchScriptLpips(folder.File("none.pt"), CPU)).Message, StringComparison.Ordinal);
        using TorchScriptFeatures features = new(wrong, null, CPU);
        Assert.Contains("expected a row of features", Assert.Throws<InputException>(() => features.Embed(pictures)).Message, StringComparison.Ordinal);
        using TorchScriptLpips lpips = new(wrong, CPU);
        Assert.Contains("takes one argument", Assert.Throws<InputException>(() => lpips.Between(pictures, pictures)).Message, StringComparison.Ordinal);
        string failing = TorchScriptArchive.Write(folder.File("failing.pt"), "return torch.reshape(x, [7])");
        using TorchScriptFeatures fails = new(failing, null, CPU);
        Assert.Contains("failing.pt", Assert.Throws<InputException>(() => fails.Embed(pictures)).Message, StringComparison.Ordinal);
    }
}
