import { Checkboxes } from "govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { NotificationBanner } from "govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs";
import { Radios } from "govuk-frontend/dist/govuk/components/radios/radios.mjs";
import { ServiceNavigation } from "govuk-frontend/dist/govuk/components/service-navigation/service-navigation.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";

const COMPONENTS = [Checkboxes, ErrorSummary, NotificationBanner, Radios, ServiceNavigation, SkipLink];

/** Wake the components inside `root`; one that is awake already is left alone. */
export function start(root) {
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
  for (const Component of COMPONENTS) {
    const name = Component.moduleName;
    for (const element of root.querySelectorAll(`[data-module="${name}"]:not([data-${name}-init])`)) {
      new Component(element);
    }
  }
}
