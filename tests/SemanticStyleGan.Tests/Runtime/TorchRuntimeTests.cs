using System.Runtime.InteropServices;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Tests.Runtime;

[Collection("Memory")]
public sealed class TorchRuntimeTests
{
    private static bool IsCaching
    {
        get
        {
            using Tensor _ = ones(1);
            return TorchRuntime.Allocator == TensorAllocator.Caching;
        }
    }

    [Fact]
    public void Linux_on_x64_gets_the_cache()
    {
        bool expected = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;
        Assert.Equal(expected, IsCaching);
    }

    [Fact]
    public void Tensors_take_their_memory_from_the_cache_and_give_it_back()
    {
        Assert.SkipUnless(IsCaching, "no caching allocator on this platform");
        TorchRuntime.ReleaseCachedMemory(); // a free block up to two classes wider would serve
        long before = TorchRuntime.Memory.LiveBytes;
        using (Tensor _ = zeros(1 << 20))
            Assert.InRange(TorchRuntime.Memory.LiveBytes - before, 4L << 20, 5L << 20);
        Assert.Equal(before, TorchRuntime.Memory.LiveBytes);
    }

    [Fact]
    public void A_tensor_that_does_not_fit_is_an_exception()
    {
        ExternalException error = Assert.Throws<ExternalException>(() => empty(1L << 44, dtype: ScalarType.Byte));
        Assert.Contains("17592186044416 bytes", error.Message);
        using Tensor after = ones(3);
        Assert.Equal(3f, after.sum().item<float>());
    }

    [Fact]
    public void Tensors_survive_a_change_of_the_allocator()
    {
        Assert.SkipUnless(IsCaching, "no caching allocator on this platform");
        using Tensor first = arange(100_000, ScalarType.Float32);
        TorchRuntime.Allocator = TensorAllocator.Libtorch;
        Tensor second = first + 1;
        TorchRuntime.Allocator = TensorAllocator.Caching;
        using Tensor third = second - first;
        second.Dispose();
        Assert.Equal(100_000f, third.sum().item<float>());
    }

    [Fact]
    public void A_training_loop_keeps_its_memory_flat()
    {
        TorchRuntime.ReleaseCachedMemory(); // what earlier tests left would be given back meanwhile
        for (int i = 0; i < 10; i++) Step(i);
        (long requests, long mappings) = (TorchRuntime.Memory.Requests, TorchRuntime.Memory.Mappings);
        long resident = Environment.WorkingSet;
        for (int i = 0; i < 40; i++) Step(i);

        Assert.True(Environment.WorkingSet < resident + (60L << 20), $"resident memory grew from {resident >> 20} to {Environment.WorkingSet >> 20} MB");
        if (!IsCaching) return;
        (requests, mappings) = (TorchRuntime.Memory.Requests - requests, TorchRuntime.Memory.Mappings - mappings);
        Assert.True(requests > 2000 && mappings < requests / 20, $"{mappings} of {requests} blocks were fresh; {TorchRuntime.Memory}");
    }

    // Forward, backward and a second derivative of a small convolutional network, with sizes that vary.
    private static void Step(int i)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor image = randn(8, 3, 32 + 8 * (i % 3), 48).requires_grad_(true);
        Tensor weight1 = randn(16, 3, 3, 3).requires_grad_(true), weight2 = randn(16, 16, 3, 3).requires_grad_(true);
        Tensor features = leaky_relu(conv2d(leaky_relu(conv2d(image, weight1), 0.2), weight2), 0.2);
        Tensor gradient = autograd.grad([features.square().mean()], [image], retain_graph: true, create_graph: true)[0];
        (features.mean() + gradient.square().sum()).backward();
    }
}
