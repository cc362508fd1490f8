using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Networks;

/// <summary>Nothing is left behind; alone, because every test's tensors are counted together.</summary>
[Collection("Memory")]
public sealed class TensorCountTests
{
    [Fact]
    public void A_prepared_generator_leaves_no_tensors_behind()
    {
        using ParityNetworks p = new("small");
        void Use()
        {
            using DisposeScope scope = NewDisposeScope();
            using PreparedGenerator prepared = new(p.Generator);
            prepared.Synthesize(p["in.w_plus"]);
        }

        Use();
        long before = Tensor.TotalCount;
        for (int i = 0; i < 3; i++) Use();
        Assert.InRange(Tensor.TotalCount - before, long.MinValue, 0);
    }

    [Fact]
    public void Second_derivatives_of_blurs_leave_no_memory_behind()
    {
        void Use()
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor x = randn(4, 8, 64, 64).requires_grad_(true);
            Tensor y = Blur.Upsample(Blur.Filter(x, padding: 2)).square().sum();
            autograd.grad([y], [x], retain_graph: true, create_graph: true)[0].square().sum().backward();
        }

        for (int i = 0; i < 5; i++) Use();
        long before = Environment.WorkingSet;
        for (int i = 0; i < 60; i++) Use();
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 40L << 20);
    }
}
