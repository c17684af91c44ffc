// Charts from data, in the colours of the theme; the parts of ECharts we use and no more.
import { BarChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, PieChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const COLOURS = ["#1f8f7f", "#e0a33a", "#4a7fd0", "#c75c5c", "#8a63b8", "#5d8f3a", "#7a8794"];

export function draw(root) {
  for (const figure of root.querySelectorAll("[data-chart]:not([data-drawn])")) {
    figure.dataset.drawn = "yes";
    const chart = init(figure.querySelector(".chart-canvas"), null, { renderer: "svg" });
    const show = () => chart.setOption(options(JSON.parse(figure.dataset.chart), figure), true);
    show();
    new ResizeObserver(() => chart.resize()).observe(figure);
    new MutationObserver(show).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  }
}

function options({ kind, labels, series, stacked }, figure) {
  const style = getComputedStyle(figure);
  const ink = style.color;
  const line = style.getPropertyValue("--tblr-border-color");
  const names = series.map(([name]) => name);
  const common = {
    color: COLOURS,
    textStyle: { fontFamily: style.fontFamily, color: ink },
    animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300,
    legend: names.length > 1 || kind === "pie" ? { bottom: 0, type: "scroll", textStyle: { color: ink } } : undefined,
    // Drawn as SVG: an HTML tooltip would carry inline styles, which the CSP refuses.
    tooltip: { trigger: kind === "pie" ? "item" : "axis", renderMode: "richText" },
  };
  if (kind === "pie") {
    const data = labels.map((name, index) => ({ name, value: series[0][1][index] }));
    return { ...common, series: [{ type: "pie", radius: ["48%", "72%"], data, label: { color: ink } }] };
  }
  const axis = { axisLabel: { color: ink }, axisLine: { lineStyle: { color: line } }, splitLine: { lineStyle: { color: line } } };
  return {
    ...common,
    grid: { left: 8, right: 12, top: 16, bottom: names.length > 1 ? 36 : 8, containLabel: true },
    xAxis: { type: "category", data: labels, ...axis },
    yAxis: { type: "value", ...axis },
    series: series.map(([name, data]) => ({
      name, type: kind, data, stack: stacked ? "all" : undefined, showSymbol: false, barMaxWidth: 32,
    })),
  };
}
