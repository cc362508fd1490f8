using SemanticStyleGan.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Optimization;

public sealed class AdamTests
{
    [Theory, InlineData(0.0, 0.99), InlineData(0.9, 0.999)]
    public void Steps_equal_those_of_the_library_for_any_gradients(double beta1, double beta2)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator random = new(3);
        using var ours = nn.Linear(3, 2);
        using var theirs = nn.Linear(3, 2);
        theirs.load_state_dict(ours.state_dict());
        using Adam adam = new(ours, 0.01, beta1, beta2);
        using var reference = optim.Adam(theirs.parameters(), 0.01, beta1, beta2);
        for (int step = 0; step < 20; step++)
        {
            Tensor input = randn([4, 3], generator: random);
            adam.ZeroGradients();
            reference.zero_grad();
            ours.forward(input).square().sum().backward();
            theirs.forward(input).square().sum().backward();
            adam.Step();
            reference.step();
        }
        Assert.True(ours.weight.allclose(theirs.weight, 1e-5, 1e-6), $"{(ours.weight - theirs.weight).abs().max().item<float>()}");
        Assert.True(ours.bias!.allclose(theirs.bias!, 1e-5, 1e-6));
    }

    [Theory, InlineData(0.0, false), InlineData(0.9, true)]
    public void First_moments_are_kept_where_they_differ_from_the_gradient(double beta1, bool kept)
    {
        using DisposeScope scope = NewDisposeScope();
        using var layer = nn.Linear(3, 2);
        using Adam adam = new(layer, 0.01, beta1);
        layer.forward(ones(1, 3)).sum().backward();
        adam.Step();
        string[] names = [.. adam.State().Select(s => s.Key)];
        Assert.Equal((kept, true, true), (names.Contains("weight.mean"), names.Contains("weight.square"), names.Contains("weight.steps")));
    }

    [Fact]
    public void Lazy_regularisation_shortens_the_step_by_n_over_n_plus_1()
    {
        using var layer = nn.Linear(1, 1, hasBias: false);
        float before = layer.weight.item<float>();
        using Adam adam = new(layer, 0.5, regularisationInterval: 4);
        layer.forward(ones(1, 1)).sum().backward();
        adam.Step();
        Assert.Equal(before - 0.4f, layer.weight.item<float>(), 4); // Adam's first step is the learning rate itself: 0.5 · 4/5
    }
}
