using SemanticStyleGan.Kernels;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Kernels;

/// <summary>The kernels of the local generators and of their fusion give what libtorch's operations do, which are taken where gradients are.</summary>
public sealed class PartKernelsTests
{
    private static readonly GeneratorConfig Config = new()
    {
        ImageSize = 32,
        StyleSize = 24,
        MappingLayers = 1,
        Parts = 4,
        LocalLayers = 4,
        DepthLayers = 2,
        LocalChannels = 64,
        CoarseChannels = 96,
        CoarseSize = 16,
        MinFeatureSize = 8,
        TransparentParts = [2],
    };

    [Theory]
    [InlineData(1, 256, false)]
    [InlineData(3, 100, false)] // neither a multiple of a block nor of a product's rows
    [InlineData(2, 100, true)]
    public void Layers_equal_libtorchs(int images, int pixels, bool gridOfItsOwn)
    {
        using DisposeScope scope = NewDisposeScope();
        LocalGenerators local = new(Config, new Initializer(1, CPU));
        Weights.Of(local)["bias"].detach().normal_(0, 0.5, new Generator(2));
        Tensor codes = randn([images, Config.LayerCodes, Config.StyleSize], generator: new Generator(3));
        Tensor features = randn([gridOfItsOwn ? images * Config.Parts : 1, Config.LocalChannels, pixels], generator: new Generator(4));
        (Tensor expectedShapes, Tensor expectedLooks) = local.Forward(codes, features);
        using IDisposable _ = no_grad();
        (Tensor shapes, Tensor looks) = local.Forward(codes, features);
        Assert.Equal(MatrixKernel.IsSupported, PartKernels.Fit(Config.LocalChannels, codes));
        AssertClose(expectedShapes, shapes);
        AssertClose(expectedLooks, looks);

        Tensor some = tensor(new long[] { 1, 3 });
        (Tensor ofSome, Tensor _) = local.Forward(codes.view(images, Config.Parts, -1).index_select(1, some).view(images, -1, Config.StyleSize), gridOfItsOwn ? features.view(images, Config.Parts, -1, pixels).index_select(1, some).flatten(0, 1) : features, some);
        AssertClose(expectedShapes.view(images, Config.Parts, -1, pixels).index_select(1, some).flatten(0, 1), ofSome);
    }

    [Fact]
    public void Fusion_equals_libtorchs_also_where_parts_are_not_seen()
    {
        using DisposeScope scope = NewDisposeScope();
        Fusion fusion = new(Config, new Initializer(1, CPU));
        Weights.Of(fusion)["bias"].detach().normal_(0, 0.5, new Generator(2));
        Tensor hidden = randn([3 * Config.Parts, Config.LocalChannels, 256], generator: new Generator(3));
        Tensor depths = randn([3, Config.Parts, 256], generator: new Generator(4));
        depths.select(1, 1).narrow(1, 0, 200).fill_(-100); // in whole blocks
        depths[1, 3] = -100;
        Tensor visibility = Fusion.Visibility(depths, null);
        Assert.Equal(0, visibility[1, 3].max().item<float>());
        Tensor expected = fusion.Forward(hidden, visibility);
        using IDisposable _ = no_grad();
        AssertClose(expected, fusion.Forward(hidden, visibility));
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((expected.detach() - actual).abs().max().item<float>(), 0, 2e-5f);
        Assert.InRange(expected.std().item<float>(), 0.1f, 10f);
    }
}
