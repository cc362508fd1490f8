using SemanticStyleGan.Kernels;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Kernels;

/// <summary>The kernels of the local generators and of their fusion give what libtorch's operations do, and the same gradients up to the second.</summary>
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
        using IDisposable libtorchs = SecondDerivatives.Follow();
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
        using IDisposable libtorchs = SecondDerivatives.Follow();
        Tensor expected = fusion.Forward(hidden, visibility);
        using IDisposable _ = no_grad();
        AssertClose(expected, fusion.Forward(hidden, visibility));
    }

    [Theory]
    [InlineData(1, 256, false, 2)]
    [InlineData(3, 100, false, 4)] // the depth output after the last layer
    [InlineData(2, 100, true, 2)]
    public void Gradients_of_layers_are_right_up_to_the_second(int images, int pixels, bool gridOfItsOwn, int depthLayers)
    {
        using DisposeScope scope = NewDisposeScope();
        GeneratorConfig config = Config with { DepthLayers = depthLayers };
        LocalGenerators local = new(config, new Initializer(1, CPU));
        Weights.Of(local)["bias"].detach().normal_(0, 0.5, new Generator(2));
        Tensor codes = randn([images, config.LayerCodes, config.StyleSize], generator: new Generator(3));
        Tensor features = randn([gridOfItsOwn ? images * config.Parts : 1, config.LocalChannels, pixels], generator: new Generator(4));
        AssertSameGradients(local, codes, features, (c, f) =>
        {
            (Tensor shapes, Tensor looks) = local.Forward(c, f);
            return shapes.pow(2).mean() + (looks * shapes).mean();
        });
    }

    [Fact]
    public void A_gradient_of_one_of_the_two_maps_alone_is_right_too()
    {
        using DisposeScope scope = NewDisposeScope();
        LocalGenerators local = new(Config, new Initializer(1, CPU));
        Tensor codes = randn([2, Config.LayerCodes, Config.StyleSize], generator: new Generator(3)), features = randn([1, Config.LocalChannels, 50], generator: new Generator(4));
        AssertSameGradients(local, codes, features, (c, f) => local.Forward(c, f).AtDepth.pow(2).mean());
        AssertSameGradients(local, codes, features, (c, f) => local.Forward(c, f).Last.pow(2).mean());
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(3, 256)]
    public void Gradients_of_fusion_are_right_up_to_the_second_also_where_parts_are_not_seen(int images, int pixels)
    {
        using DisposeScope scope = NewDisposeScope();
        GeneratorConfig config = Config with { CoarseSize = (int)Math.Sqrt(pixels) };
        Fusion fusion = new(config, new Initializer(1, CPU));
        Weights.Of(fusion)["bias"].detach().normal_(0, 0.5, new Generator(2));
        Tensor hidden = randn([images * config.Parts, config.LocalChannels, pixels], generator: new Generator(3)), depths = randn([images, config.Parts, pixels], generator: new Generator(4));
        depths.select(1, 1).narrow(1, 0, 96).fill_(-100); // a whole block
        depths[0, 3] = -100;
        AssertSameGradients(fusion, hidden, depths, (h, d) => fusion.Forward(h, Fusion.Visibility(d, null)).pow(2).mean());
    }

    // Of both inputs and all weights: by the kernels, by the kernels' function with a graph, and by libtorch's operations; then the gradients of the gradients' norms.
    private static void AssertSameGradients(nn.Module network, Tensor first, Tensor second, Func<Tensor, Tensor, Tensor> loss)
    {
        Tensor[] Gradients(bool graph, bool twice)
        {
            network.zero_grad();
            Tensor a = first.clone().requires_grad_(), b = second.clone().requires_grad_();
            Tensor value = loss(a, b);
            if (graph)
            {
                IList<Tensor> gradients = autograd.grad([value], [a, b], retain_graph: true, create_graph: true);
                if (!twice) return [.. gradients.Select(g => g.detach())];
                value = gradients[0].norm() + gradients[1].norm();
            }
            value.backward();
            return [a.grad!, b.grad!, .. network.parameters().Select(p => p.grad is null ? zeros(1) : p.grad.clone())];
        }

        Tensor[] kernels = Gradients(graph: false, twice: false), withGraph = Gradients(graph: true, twice: false), secondOrder = Gradients(graph: true, twice: true);
        using IDisposable libtorchs = SecondDerivatives.Follow();
        AssertAlike(Gradients(graph: false, twice: false), kernels);
        AssertAlike(Gradients(graph: true, twice: false), withGraph);
        AssertAlike(Gradients(graph: true, twice: true), secondOrder);
    }

    private static void AssertAlike(Tensor[] expected, Tensor[] actual)
    {
        foreach ((Tensor e, Tensor a) in expected.Zip(actual))
        {
            Assert.Equal(e.shape, a.shape);
            Assert.InRange((e - a).abs().max().item<float>(), 0, 1e-4f * e.abs().max().item<float>() + 1e-9f);
        }
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((expected.detach() - actual).abs().max().item<float>(), 0, 2e-5f);
        Assert.InRange(expected.std().item<float>(), 0.1f, 10f);
    }
}
