using System.Text.Json;
using SemanticStyleGan.Synthesis;
using SemanticStyleGan.Tests.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Synthesis;

public sealed class CubicSplineTests
{
    [Fact]
    public void It_equals_the_reference()
    {
        using DisposeScope scope = NewDisposeScope();
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Parity.Path("numerics.json")));
        JsonElement spline = json.RootElement.GetProperty("spline");
        Tensor actual = CubicSpline.Sample(Matrix(spline.GetProperty("knots")), spline.GetProperty("steps").GetInt32());
        Assert.InRange((actual - Matrix(spline.GetProperty("expected"))).abs().max().item<double>(), 0, 1e-13);
    }

    [Theory]
    [InlineData(2, 1), InlineData(3, 2), InlineData(4, 3), InlineData(9, 3)]
    public void Polynomials_of_the_degree_that_the_knots_allow_are_met_exactly(int knots, int degree)
    {
        using DisposeScope scope = NewDisposeScope();
        static double Polynomial(double x, int degree) => Enumerable.Range(0, degree + 1).Sum(i => (i + 1) * Math.Pow(x - 0.4, i));
        Tensor y = tensor(Enumerable.Range(0, knots).Select(i => Polynomial((double)i / (knots - 1), degree)).ToArray()).unsqueeze(1);
        Tensor actual = CubicSpline.Sample(y, 31);
        for (int i = 0; i < 31; i++) Assert.Equal(Polynomial(i / 30.0, degree), actual[i, 0].item<double>(), 10);
    }

    private static Tensor Matrix(JsonElement rows) => stack(rows.EnumerateArray().Select(row => tensor(row.EnumerateArray().Select(v => v.GetDouble()).ToArray())));
}
