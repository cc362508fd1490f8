using SemanticStyleGan.Editing;
using SemanticStyleGan.Exporting;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using SemanticStyleGan.Tests.Editing;
using SemanticStyleGan.Tests.Formats;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Tests.Networks;

public sealed class MaskStyleGeneratorTests : IDisposable
{
    private const int K = 4, D = 16, S = 16, R = 32;
    private readonly MaskStyleModel tiny = new();
    private readonly IDisposable noGradients = no_grad();

    public void Dispose()
    {
        noGradients.Dispose();
        tiny.Dispose();
    }

    private MaskStyleGenerator Generator => tiny.Generator;

    [Fact]
    public void Weights_of_the_sizes_of_the_specification_have_these_shapes()
    {
        using MaskStyleGenerator generator = new(new GeneratorConfig().AsMaskStyle(), Initializer.Meta);
        Dictionary<string, long[]> expected = new()
        {
            ["masks.input.weight"] = [512 * 4 * 4, 256],
            ["masks.layers.0.weight"] = [512, 256, 4, 4],
            ["masks.layers.1.weight"] = [256, 128, 4, 4],
            ["masks.layers.2.weight"] = [128, 64, 4, 4],
            ["masks.layers.3.weight"] = [64, 13, 4, 4],
            ["styles.weight"] = [13, 512, 256],
            ["synthesis.constant"] = [1, 256, 4, 4],
            ["synthesis.convolutions.0.weight"] = [256, 256, 3, 3],
            ["synthesis.convolutions.0.affine.weight"] = [256, 512],
            ["synthesis.convolutions.14.weight"] = [32, 32, 3, 3],
            ["synthesis.convolutions.14.noise"] = [1, 1, 512, 512],
            ["synthesis.image_heads.7.weight"] = [3, 32, 1, 1],
            ["mask_encoder.output.weight"] = [512, 64 * 4 * 4],
        };
        Dictionary<string, Tensor> weights = Weights.Of(generator);
        foreach ((string name, long[] shape) in expected) Assert.Equal(shape, weights[name].shape);
        Assert.DoesNotContain("masks.layers.4.weight", weights.Keys);
        Assert.DoesNotContain("synthesis.convolutions.15.weight", weights.Keys);
    }

    [Fact]
    public void Every_module_gives_its_shape()
    {
        Tensor codes = randn(3, D / 2), each = randn(3, K, D / 2), two = tensor(new long[] { 1, 3 });
        Assert.Equal([3, K, S, S], Generator.Masks.Forward(codes).shape);
        Assert.Equal([3, 2, S, S], Generator.Masks.ForwardEach(each.narrow(1, 0, 2), two).shape);
        Assert.Equal([3, K, D], Generator.Styles.Forward(each).shape);
        Assert.Equal([3, 2, D], Generator.Styles.Forward(each.narrow(1, 0, 2), two).shape);
        Assert.Equal([5, 3, R, R], Generator.Synthesis.Forward(randn(5, D), null).shape);
        Assert.Equal([3, K, D], Generator.MaskEncoder.Forward(rand(3, K, S, S)).shape);
        Assert.Equal([4, 8, 8, 16, 16, 32, 32], Generator.NoiseSizes);
        GeneratorOutput output = Generator.Synthesize(MaskStyleModel.RandomW(1, 3));
        Assert.Equal(([3L, 3, R, R], [3L, K, R, R]), (output.Image.shape, output.Mask.shape), ShapesEqual);
        Assert.Equal(([3L, K, S, S], [3L, K, S, S]), (output.CoarseMask.shape, output.Depths.shape), ShapesEqual);
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance, string name)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(ParityNetworks.Difference(expected, actual) <= tolerance, $"{name}: differs by {ParityNetworks.Difference(expected, actual)}");
    }

    private static bool ShapesEqual((long[], long[]) a, (long[], long[]) b) => a.Item1.SequenceEqual(b.Item1) && a.Item2.SequenceEqual(b.Item2);

    [Fact]
    public void A_modulated_convolution_is_one_with_weights_scaled_and_demodulated_for_each_sample()
    {
        Tensor x = randn(2, 3, 8, 8, generator: new Generator(1)), styles = randn(2, 5, generator: new Generator(2));
        using ModulatedConvolution layer = new(5, 3, 4, 8, upsampling: false, new Initializer(3, CPU));
        Tensor actual = layer.Forward(x, styles, zeros(1, 1, 8, 8));
        Dictionary<string, Tensor> weights = Weights.Of(layer);
        for (int i = 0; i < 2; i++)
        {
            Tensor scale = matmul(weights["affine.weight"], styles[i]) / Math.Sqrt(5) + weights["affine.bias"];
            Tensor kernel = weights["weight"] * scale.view(1, 3, 1, 1) / Math.Sqrt(27);
            kernel = kernel / (kernel.square().sum([1, 2, 3], keepdim: true) + 1e-8).sqrt();
            Tensor expected = F.leaky_relu(F.conv2d(x[i].unsqueeze(0), kernel, padding: [1, 1]), 0.2) * Math.Sqrt(2);
            AssertClose(expected, actual.narrow(0, i, 1), 1e-5, $"sample {i}");
        }
    }

    [Fact]
    public void A_transposed_convolution_is_4_taps_wide_and_blurred_so_that_an_even_map_stays_even()
    {
        using TransposedConvolution layer = new(3, 5, new Initializer(3, CPU));
        Tensor x = randn(2, 3, 8, 8, generator: new Generator(1)), weight = Weights.Of(layer)["weight"] / Math.Sqrt(3);
        Tensor taps = tensor(new float[] { 1, 2, 1 }), blur = (outer(taps, taps) / 16).expand(5, 1, 3, 3);
        Tensor wide = F.conv2d(F.conv_transpose2d(x, weight, strides: [2, 2]), blur, padding: [2, 2], groups: 5); // [2, 5, 20, 20]
        AssertClose(wide[.., .., 2..18, 2..18], layer.Forward(x), 1e-5, "map");
        Tensor even = layer.Forward(ones(1, 3, 8, 8))[.., .., 2..14, 2..14];
        AssertClose(weight.sum([0, 2, 3]).view(1, 5, 1, 1).expand_as(even) / 4, even, 1e-5, "an even map");
    }

    [Fact]
    public void The_image_is_the_parts_images_blended_by_the_masks()
    {
        Tensor w = MaskStyleModel.RandomW(2);
        GeneratorOutput output = Generator.Synthesize(w);
        Tensor masks = Generator.Masks.Forward(w.narrow(1, 0, D / 2)).softmax(1);
        AssertClose(masks * 2 - 1, output.CoarseMask, 1e-5, "coarse mask");
        Tensor large = F.interpolate(masks, [R, R], mode: InterpolationMode.Bilinear, align_corners: false), sum = zeros(1, 3, R, R);
        for (int part = 0; part < K; part++)
        {
            Tensor style = Generator.Styles.Forward(w.narrow(1, D / 2, D / 2).unsqueeze(1).expand(1, K, D / 2))[.., part];
            sum = sum + large.narrow(1, part, 1) * Generator.Synthesis.Forward(style, null);
        }
        AssertClose(sum, output.Image, 1e-5, "image");
        AssertClose(ones(1, R, R), ((output.Mask + 1) / 2).sum([1]), 1e-5, "sum of masks");
    }

    [Fact]
    public void One_code_in_all_slots_gives_what_the_code_gives()
    {
        Tensor w = MaskStyleModel.RandomW(3, 2);
        GeneratorOutput one = Generator.Synthesize(w), all = Generator.Synthesize(Generator.Latents.Broadcast(w).contiguous());
        AssertClose(one.Image, all.Image, 1e-5, "image");
        AssertClose(one.Depths, all.Depths, 1e-5, "logits");
    }

    [Fact]
    public void A_texture_slot_moves_no_mask_and_changes_the_image_by_its_mask_only()
    {
        Tensor code = MaskStyleModel.RandomCode(5), other = code.clone();
        other[0, Generator.Latents.TextureSlot(2)] = randn(D, generator: new Generator(6));
        GeneratorOutput before = Generator.Synthesize(code), after = Generator.Synthesize(other);
        Parity.AssertSame(before.Mask, after.Mask, "mask");
        (Tensor shown, Tensor redrawn) = (PartImage(code, 2), PartImage(other, 2));
        Assert.True((redrawn - shown).abs().max().ToDouble() > 0.01);
        AssertClose(before.Image + (before.Mask.narrow(1, 2, 1) + 1) / 2 * (redrawn - shown), after.Image, 1e-5, "image");
        other = code.clone();
        other[0, Generator.Latents.ShapeSlot(2), (D / 2)..] += 1; // a shape slot's second half is not looked at
        other[0, Generator.Latents.TextureSlot(2), ..(D / 2)] += 1;
        Parity.AssertSame(before.Image, Generator.Synthesize(other).Image, "image");
    }

    private Tensor PartImage(Tensor code, int part) => Generator.Synthesis.Forward(Generator.StylesOf(code)[.., part], null);

    [Fact]
    public void A_part_that_is_off_has_an_empty_mask_and_the_others_share_its_place()
    {
        Tensor on = tensor(new float[] { 1, 1, 0, 1 }).unsqueeze(0);
        GeneratorOutput output = Generator.Synthesize(MaskStyleModel.RandomW(7), new SynthesisInput { CompositionMask = on });
        Assert.Equal(-1, output.Mask[0, 2].max().ToDouble(), 1e-6);
        AssertClose(ones(R, R), ((output.Mask + 1) / 2).sum([1])[0], 1e-5, "sum of masks");
    }

    [Fact]
    public void A_session_runs_the_changed_parts_only_and_gives_the_same_picture()
    {
        Tensor code = MaskStyleModel.RandomCode(8), other = code.clone();
        other[0, Generator.Latents.ShapeSlot(1)] = randn(D, generator: new Generator(9));
        Tensor[] noise = [.. Generator.RandomNoise(1, new Generator(2))];
        using EditingSession session = new(tiny.Model);
        session.Synthesize(code);
        AssertClose(Generator.Synthesize(other).Image, session.Synthesize(other).Image, 1e-5, "edited");
        Assert.Equal(1, session.PartsComputed);
        AssertClose(Generator.Synthesize(other, new() { Noise = noise }).Image, session.Synthesize(other, new() { Noise = noise }).Image, 1e-5, "with noise");
        Assert.Equal(K, session.PartsComputed);
        AssertClose(Generator.Synthesize(other).Image, session.Synthesize(other).Image, 1e-5, "without noise again");
    }

    [Theory, InlineData(0.7), InlineData(1.2)]
    public void Folded_truncation_gives_without_what_was_drawn_with_it(double truncation)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor w = randn([3, D], generator: new Generator(1)), mean = tiny.Model.MeanLatent.fill_(0.5);
        GeneratorOutput before = Generator.Synthesize(mean + (w - mean) * truncation), other = Generator.Synthesize(w);
        tiny.Model.FoldTruncation(truncation);
        GeneratorOutput after = Generator.Synthesize(w);
        AssertClose(before.Image, after.Image, 1e-5, "image");
        AssertClose(before.Mask, after.Mask, 1e-5, "mask");
        Assert.True((other.Image - before.Image).abs().max().item<float>() > 1e-3f);
    }

    [Fact]
    public void Truncation_of_chosen_slots_is_refused() =>
        Assert.Contains("mask-style", Assert.Throws<InputException>(() => tiny.Model.FoldTruncation(1.1, [0])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_model_survives_its_file_and_keeps_its_architecture()
    {
        using TemporaryFolder folder = new();
        tiny.Model.Save(folder.File("m.safetensors"));
        using SemanticModel read = SemanticModel.Load(folder.File("m.safetensors"), CPU);
        Assert.Equal(GeneratorArchitecture.MaskStyle, read.Config.Architecture);
        Parity.AssertSame(Weights.Of(Generator), Weights.Of(read.Generator));
    }

    [Fact]
    public void What_it_has_not_is_refused_in_one_line()
    {
        using TemporaryFolder folder = new();
        Tensor grid = FourierFeatures.Grid(S).unsqueeze(0).expand(1, K, 2, S, S);
        foreach ((string what, Action act) in new (string, Action)[]
        {
            ("no coordinates", () => Generator.Synthesize(MaskStyleModel.RandomW(1), new() { Coordinates = grid })),
            ("moving parts needs a model with local generators", () => _ = new PartMover(tiny.Synthesizer, MaskStyleModel.RandomW(1), [1])),
            ("pseudo-depths", () => new PartComponents(tiny.Synthesizer).DepthMaps(Generator.Synthesize(MaskStyleModel.RandomW(1)))),
            ("a .pt file", () => OfficialModel.Save(tiny.Model, folder.File("m.pt"))),
            ("no base slots", () => PartSelection.Parse("base", PartCode.Both, Generator.Latents, TinyModel.Layout)),
            ("expected PART.shape", () => Generator.Latents.Slot("base.0", TinyModel.Layout)),
            ("expected 0, 1, 2, 4 and an even number", () => (MaskStyleModel.Config with { LocalLayers = 3 }).Validate()),
            ("architecture", () => _ = new SemanticGenerator(MaskStyleModel.Config, Initializer.Meta)),
        })
        {
            string message = Assert.ThrowsAny<InputException>(act).Message;
            Assert.Contains(what, message);
            Assert.DoesNotContain('\n', message);
        }
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Factorised_directions_move_the_half_of_a_slot_that_is_looked_at()
    {
        int shape = Generator.Latents.ShapeSlot(1), texture = Generator.Latents.TextureSlot(1);
        Tensor ofShape = FactorizedDirections.Find(tiny.Model, shape, 1)[0].Step[shape], ofTexture = FactorizedDirections.Find(tiny.Model, texture, 1)[0].Step[texture];
        Assert.Equal(0, ofShape[(D / 2)..].abs().max().ToDouble(), 1e-5);
        Assert.Equal(0, ofTexture[..(D / 2)].abs().max().ToDouble(), 1e-5);
        Assert.True(ofShape.norm().ToDouble() > 1 && ofTexture.norm().ToDouble() > 1);
    }
}
