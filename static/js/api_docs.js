/** The browsable API: Swagger UI on the description that the page names. Its bundle, a plain script, has run before. */

const place = document.getElementById("api-docs");
window.SwaggerUIBundle({ url: place.dataset.describedBy, domNode: place, validatorUrl: null });
