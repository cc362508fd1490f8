using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Networks;

public sealed class SpectralConvolutionTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void The_largest_singular_value_and_its_gradient_are_those_of_a_matrix_worked_by_hand()
    {
        // W = [[3, 0], [4, 5]]: WWᵀ = [[9, 12], [12, 41]] has eigenvalues 45 and 5, for u = (1, 3)/√10; v = Wᵀu/√45 = (1, 1)/√2.
        Tensor matrix = tensor(new double[,] { { 3, 0 }, { 4, 5 } }).requires_grad_();
        Tensor value = SpectralConvolution.LargestSingularValue(matrix);
        value.backward();
        Assert.Equal(Math.Sqrt(45), value.item<double>(), 1e-6);
        double[] expected = [1 / Math.Sqrt(20), 1 / Math.Sqrt(20), 3 / Math.Sqrt(20), 3 / Math.Sqrt(20)];
        foreach ((double e, double a) in expected.Zip(matrix.grad!.data<double>().ToArray())) Assert.Equal(e, a, 1e-6);
    }

    [Fact]
    public void Of_fresh_weights_the_power_iteration_finds_nearly_the_largest()
    {
        foreach (long rows in (long[])[1, 16, 64])
        {
            Tensor matrix = randn([rows, 576], generator: new Generator((ulong)rows));
            double found = SpectralConvolution.LargestSingularValue(matrix).item<float>(), largest = linalg.svdvals(matrix)[0].item<float>();
            Assert.InRange(found / largest, 0.9, 1.0001);
        }
    }

    [Fact]
    public void What_it_gives_does_not_depend_on_the_size_of_its_weight()
    {
        using SpectralConvolution convolution = new(4, 6, new Initializer(2, CPU), stride: 2);
        Tensor x = randn(2, 4, 8, 8), before = convolution.Forward(x);
        Assert.Equal([2, 6, 4, 4], before.shape);
        using (no_grad()) Weights.Of(convolution)["weight"].mul_(17);
        Assert.InRange((convolution.Forward(x) - before).abs().max().item<float>(), 0, 1e-5);
        Assert.InRange((convolution.Forward(x, gain: 3) - before * 3).abs().max().item<float>(), 0, 1e-5);
    }
}
