using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// A blur whose derivatives of every order are blurs. libtorch's own second derivative of a depthwise convolution goes through its
/// channels one by one and takes twenty times as long as the convolution.
/// </summary>
internal sealed class BlurFunction : autograd.SingleTensorFunction<BlurFunction>
{
    private const string Shape = "shape";

    public override string Name => nameof(BlurFunction);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        BlurShape shape = (BlurShape)vars[1];
        ctx.save_data(Shape, shape);
        return shape.Apply((Tensor)vars[0]);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        BlurShape adjoint = ((BlurShape)ctx.get_data(Shape)).Adjoint;
        // Part of the graph when a second derivative follows.
        Tensor gradient = is_grad_enabled() && grad_output.requires_grad ? apply(grad_output, adjoint) : adjoint.Apply(grad_output);
        return BackwardTensors.Return([gradient, null], grad_output);
    }
}
